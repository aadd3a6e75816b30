"""What leaves the program: figures, report, model files."""
