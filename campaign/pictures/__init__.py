"""Pictures that strangers send: bytes in, harmless bytes out; the only importer of Pillow."""
