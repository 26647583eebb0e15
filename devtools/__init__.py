"""What `./dev` is made of: one noun per file, standard library only."""
