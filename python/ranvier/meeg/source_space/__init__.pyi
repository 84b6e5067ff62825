from .distances import add_source_space_distances as add_source_space_distances
from .setup import setup_source_space as setup_source_space
from .spaces import SourceSpaces as SourceSpaces
from .spaces import read_source_spaces as read_source_spaces
from .spaces import write_source_spaces as write_source_spaces
