"""What officers are told: the files of legal staff, their model and their checks."""
