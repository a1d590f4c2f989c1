"""Where results go when they are published: MLflow, Delta tables, the Hub. Each needs its extra."""
