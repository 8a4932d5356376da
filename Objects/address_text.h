// "0x7f12ab34cd56": an object's address as repr() shows it.
#pragma once

#include <cstdio>

#include "Objects/value.h"

namespace minipy {

class AddressText {
 public:
  explicit AddressText(Value object) {
    std::snprintf(text_, sizeof text_, "0x%lx", static_cast<unsigned long>(object.bits()));
  }
  const char* text() const { return text_; }

 private:
  char text_[20];
};

}  // namespace minipy
