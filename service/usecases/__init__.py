"""What the product does: one function for each thing somebody wants."""
