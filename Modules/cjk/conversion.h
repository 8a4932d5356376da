// Whole texts through an Encoding, with error handlers.
#pragma once

#include <string_view>

#include "Modules/cjk/encoding.h"
#include "Objects/growing_text.h"
#include "Objects/result.h"
#include "Objects/str.h"

namespace minipy::cjk {

// `consumed`: nullptr if the text ends here; otherwise what waits for more is no error, and how much was used comes
// back there.
Result<GrowingBytes> encode(Thread&, const Encoding&, State&, const Str* text, std::string_view errors,
                           size_t* consumed);
// `shown` is the bytes object of `data` that errors carry; made if empty.
Result<Str*> decode(Thread&, const Encoding&, State&, std::string_view data, std::string_view errors, size_t* consumed,
                    Value shown);

}  // namespace minipy::cjk
