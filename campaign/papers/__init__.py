"""Pages to print, as PDF: the only importer of fpdf."""
