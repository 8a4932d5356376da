// Encodings with characters of several bytes, one step at a time, without Python objects.
#pragma once

#include <cstdint>
#include <string_view>

namespace minipy::cjk {

// What an encoding remembers between characters; programs see these bytes as one number.
struct State {
  uint8_t bytes[8] = {};
};

// What the next bytes are: `length` of them become `count` characters (none for an escape sequence). Or they are
// only the beginning of something, or the first `length` of them are wrong.
struct Decoded {
  enum Outcome : uint8_t { Characters, Incomplete, Illegal, Broken };
  Outcome outcome;
  uint8_t count = 0;
  size_t length = 0;
  char32_t characters[2] = {};

  static Decoded character(char32_t c, size_t length) { return {Characters, 1, length, {c}}; }
  static Decoded nothing(size_t length) { return {Characters, 0, length}; }
  static Decoded incomplete() { return {Incomplete}; }
  static Decoded illegal(size_t length) { return {Illegal, 0, length}; }
};

// What to write for the next characters, `length` of them.
struct Encoded {
  enum Outcome : uint8_t { Bytes, Incomplete, Illegal };
  Outcome outcome = Bytes;
  uint8_t length = 1;
  uint8_t size = 0;
  uint8_t bytes[16] = {};

  void add(unsigned byte) { bytes[size++] = static_cast<uint8_t>(byte); }
  void add(std::string_view text) {
    for (const char c : text) add(static_cast<uint8_t>(c));
  }
  void add_code(unsigned code) {  // of one or two bytes
    if (code > 0xFF) add(code >> 8);
    add(code & 0xFF);
  }
};

inline constexpr char32_t kNoCharacter = 0xFFFFFFFF;

class Encoding {
 public:
  explicit constexpr Encoding(const char* name) : name_(name) {}
  const char* name() const { return name_; }

  virtual bool prepare() = 0;  // makes its tables; false: no memory
  virtual State first_encoder_state() const { return {}; }
  virtual State first_decoder_state() const { return {}; }
  // `input` is not empty.
  virtual Decoded decode(std::string_view input, State& state) const = 0;
  // `next` is the character behind it. Where there is none and more text may follow, the answer can be Incomplete.
  virtual Encoded encode(char32_t character, char32_t next, bool may_follow, State& state) const = 0;
  // What the end of a text needs.
  virtual Encoded finish(State&) const { return {}; }
  virtual void reset_decoder(State&) const {}

 protected:
  ~Encoding() = default;

 private:
  const char* name_;
};

// Which module has which encodings; nullptr if it has none of that name.
Encoding* find_encoding(std::string_view module, std::string_view name);
Encoding* find_iso2022(std::string_view name);

}  // namespace minipy::cjk
