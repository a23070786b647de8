"""The sections of the page, one file per subject: tables of a release in, blocks out."""
