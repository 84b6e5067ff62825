from .base import BaseEpochs as BaseEpochs
from .making import Epochs as Epochs
from .making import EpochsArray as EpochsArray
from .making import concatenate_epochs as concatenate_epochs
from .making import make_fixed_length_epochs as make_fixed_length_epochs
from .making import read_epochs as read_epochs
