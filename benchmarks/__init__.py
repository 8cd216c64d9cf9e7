"""What the kernel costs at size. `make bench`; see README.md."""
