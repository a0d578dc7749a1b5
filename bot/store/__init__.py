"""State by noun, in one SQL schema; the only room that imports SQLAlchemy."""
