"""What trainers and analysts load: one canonical record, a policy, and one small file a format."""
