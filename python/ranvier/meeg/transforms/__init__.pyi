from .files import read_trans as read_trans
from .files import write_trans as write_trans
