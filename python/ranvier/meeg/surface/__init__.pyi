from .files import read_curvature as read_curvature
from .files import read_surface as read_surface
from .files import write_surface as write_surface
from .head import get_head_surf as get_head_surf
