// What a formatter puts out: text piece by piece. A single piece that is a string already stays that
// very object, of a subclass too.
#pragma once

#include <utility>

#include "Objects/str.h"

namespace minipy {

class FormatOutput {
 public:
  bool is_empty() const { return only_ == nullptr && builder_.length() == 0; }

  void append(const Str* text) { append(text, 0, text->length()); }
  void append(const Str* text, size_t start, size_t end) {
    if (start >= end) return;
    if (start == 0 && end == text->length() && is_empty()) {
      only_ = text;
    } else {
      builder().append(text, start, end);
    }
  }
  // For pieces that are no strings.
  StrBuilder& builder() {
    if (only_ != nullptr) builder_.append(std::exchange(only_, nullptr));
    return builder_;
  }
  Result<Str*> finish(Thread& thread) {
    if (only_ == nullptr) return builder_.finish(thread);
    return const_cast<Str*>(only_);
  }

 private:
  const Str* only_ = nullptr;  // all there is so far; not yet in the builder
  StrBuilder builder_;
};

}  // namespace minipy
