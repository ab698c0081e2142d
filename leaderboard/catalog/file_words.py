"""Why a file is no model that is run here: in English to programs, and translated by pages with the same values."""

from collections.abc import Mapping
from typing import ClassVar

ONNX_WORDS: Mapping[str, str] = {
    "bytes": "The bytes do not parse as an ONNX model.",
    "no_graph": "The file parses but holds no graph: this is not an ONNX model.",
    "weights": "The file claims {weights} weights, more than its {size_bytes} bytes can hold.",
    "functions": "The model defines functions of its own; inline them and export it again.",
    "domain": "The operator {operator} is of the domain {domain}, which is not run here.",
    "training": "The model carries training information; export it for inference.",
    "negative": "The tensor {name} has a negative size.",
    "external": "The tensor {name} points to another file; store all weights inside the model.",
    "name": "A name in the file is not UTF-8.",
}
GGUF_WORDS: Mapping[str, str] = {
    "bytes": "The bytes do not begin as a GGUF file.",
    "version": "The file says that it is GGUF version {version}; versions 2 and 3 are read here.",
    "counts": "The file claims {tensors} tensors and {facts} facts; that is no model.",
    "no_architecture": "The file does not name its architecture.",
    "parts": "The file is one of {parts} parts; join them with gguf-split and submit the whole.",
    "fact_twice": "The fact {name} is there twice.",
    "fact_type": "A fact has the unknown type {type}.",
    "fact_name": "The file claims a fact's name of {length} bytes.",
    "fact_name_text": "The file has a fact's name that is no UTF-8.",
    "lists": "The lists in the file claim more than {most} elements.",
    "list_type": "A list has elements of the type {type}, which is not read here.",
    "tensor_name": "The file claims a tensor's name of {length} bytes.",
    "tensor_name_text": "The file has a tensor's name that is no UTF-8.",
    "tensor_twice": "The tensor {name} is there twice.",
    "alignment": "The alignment of the file cannot be.",
    "cut_short": "The weights end at byte {end} of a file of {size_bytes} bytes: cut short?",
    "shared": "Tensors share their bytes, so the file has fewer weights than it claims.",
    "dimensions": "The tensor {name} has {count} dimensions.",
    "tensor_type": "The tensor {name} has the type {type}, which is not known here.",
    "shape": "The tensor {name} has the shape {shape}, which no {type} tensor has.",
    "header": "The file ends in the middle of its header.",
    "too_long": "The file claims a text or a list that is longer than the file.",
}


class RefusedFile(Exception):
    """A file is none that is run here: which of the `words` says why, and what was found."""

    words: ClassVar[Mapping[str, str]]

    def __init__(self, key: str, /, **values: object) -> None:
        super().__init__(self.words[key].format_map(values))
        self.key = key
        self.values = values


class NotOnnx(RefusedFile):
    """The bytes are not an ONNX model that Perwatt will run."""

    words = ONNX_WORDS


class NotGguf(RefusedFile):
    """The bytes are not a GGUF model that Perwatt will run."""

    words = GGUF_WORDS
