// Chains of filters for liblzma, as Python describes them: dicts.
#pragma once

#include <lzma.h>

#include "Modules/module_support.h"

namespace minipy {

extern Type* lzma_error;  // _lzma.LZMAError

// The options of the filters live as long as the chain.
struct FilterChain {
  lzma_filter filters[LZMA_FILTERS_MAX + 1];
  union Options {
    lzma_options_lzma lzma;
    lzma_options_delta delta;
    lzma_options_bcj bcj;
  } options[LZMA_FILTERS_MAX];
};

Status read_filter(Thread& thread, Value description, lzma_filter& filter, FilterChain::Options& options);
Status read_filter_chain(Thread& thread, Value descriptions, FilterChain& chain);
Value describe_filter(const lzma_filter& filter);
// Everything but success and the notices about integrity checks raises.
Status check_lzma(Thread& thread, lzma_ret code);
Result<uint64_t> lzma_number(Thread& thread, Value value);                          // of 64 bits
Result<uint32_t> lzma_small_number(Thread& thread, Value value, const char* what);  // of 32 bits

}  // namespace minipy
