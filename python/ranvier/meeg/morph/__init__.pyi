from .maps import grade_to_vertices as grade_to_vertices
from .maps import read_morph_map as read_morph_map
from .morph import SourceMorph as SourceMorph
from .morph import compute_source_morph as compute_source_morph
