from . import mxne_optim as mxne_optim
from .gamma import gamma_map as gamma_map
from .mxne_inverse import mixed_norm as mixed_norm
from .mxne_inverse import tf_mixed_norm as tf_mixed_norm
from .outcome import make_stc_from_dipoles as make_stc_from_dipoles
