"""Live camera of the page: small frames in, one instruction out, over the server's own address."""
