from .montage import DigMontage as DigMontage
from .montage import get_builtin_montages as get_builtin_montages
from .montage import make_dig_montage as make_dig_montage
from .montage import make_standard_montage as make_standard_montage
from .reference import equalize_channels as equalize_channels
from .reference import rename_channels as rename_channels
