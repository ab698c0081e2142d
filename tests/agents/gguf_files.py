"""Language models with random weights, written with the gguf package: real files for llama.cpp, in a few kB.

Characters are tokens; what the models say is noise, and always the same noise.
"""

import logging
from dataclasses import dataclass

import gguf
import numpy as np

logging.getLogger("gguf").setLevel(logging.WARNING)

SPECIAL = ("<unk>", "<s>", "</s>")
CHARACTERS = tuple("0123456789+=")
UNKNOWN_ID, BEGIN_ID, END_ID = range(3)


@dataclass(frozen=True)
class Shape:
    width: int = 32
    layers: int = 2
    heads: int = 2
    inner: int = 64
    context: int = 256
    seed: int = 0


ONLY_THE_PROMPT = "{{ messages[0]['content'] }}"  # the usual template has letters, which the vocabulary lacks


def write_llama(path, shape=Shape(), template=ONLY_THE_PROMPT):
    """A llama of that shape that never ends an answer by itself and never says a token without text."""
    writer = gguf.GGUFWriter(path, "llama")
    _describe(writer, shape)
    _add_vocabulary(writer, template)
    for name, array in _weights(shape):
        writer.add_tensor(name, array)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _describe(writer, shape):
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.inner)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.heads)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(shape.width // shape.heads)
    writer.add_vocab_size(len(SPECIAL + CHARACTERS))
    writer.add_file_type(gguf.LlamaFileType.ALL_F32)


def _add_vocabulary(writer, template):
    kinds = gguf.TokenType
    writer.add_tokenizer_model("llama")
    writer.add_token_list(list(SPECIAL + CHARACTERS))
    writer.add_token_scores([0.0] * len(SPECIAL + CHARACTERS))
    writer.add_token_types([kinds.UNKNOWN, kinds.CONTROL, kinds.CONTROL, *[kinds.NORMAL] * len(CHARACTERS)])
    writer.add_unk_token_id(UNKNOWN_ID)
    writer.add_bos_token_id(BEGIN_ID)
    writer.add_eos_token_id(END_ID)
    writer.add_add_bos_token(True)
    writer.add_add_eos_token(False)
    writer.add_chat_template(template)
    writer.add_add_space_prefix(False)  # else every prompt begins with a character that the vocabulary lacks


def _weights(shape):
    random = np.random.default_rng(shape.seed)

    def normal(*size):
        return (random.standard_normal(size, np.float32) * 0.3 * (32 / shape.width) ** 0.5).astype(np.float32)

    tokens = len(SPECIAL + CHARACTERS)
    output = normal(tokens, shape.width)
    output[: len(SPECIAL)] = 0  # a logit of 0 is never the greatest of so many
    yield "token_embd.weight", normal(tokens, shape.width)
    yield "output_norm.weight", np.ones(shape.width, np.float32)
    yield "output.weight", output
    for block in range(shape.layers):
        name = f"blk.{block}."
        yield f"{name}attn_norm.weight", np.ones(shape.width, np.float32)
        yield f"{name}ffn_norm.weight", np.ones(shape.width, np.float32)
        for part in ("attn_q", "attn_k", "attn_v", "attn_output"):
            yield f"{name}{part}.weight", normal(shape.width, shape.width)
        yield f"{name}ffn_gate.weight", normal(shape.inner, shape.width)
        yield f"{name}ffn_up.weight", normal(shape.inner, shape.width)
        yield f"{name}ffn_down.weight", normal(shape.width, shape.inner)
