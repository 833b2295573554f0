"""Small nasty inputs, generated with a fixed seed: every format, encoding and damage that the readers must survive."""
