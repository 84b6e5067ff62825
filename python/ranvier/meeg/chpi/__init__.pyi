from .positions import head_pos_to_trans_rot_t as head_pos_to_trans_rot_t
from .positions import read_head_pos as read_head_pos
from .positions import write_head_pos as write_head_pos
