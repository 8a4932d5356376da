// Certificates: X.509.
#include <arpa/inet.h>

#include "Modules/ssl/ssl.h"
#include "Objects/codecs.h"

namespace minipy::ssl {
namespace {

constexpr int kEncodingPem = 1, kEncodingDer = 2;

// A BIO in memory for what OpenSSL prints.
class Printed {
 public:
  Printed() : bio_(lib.BIO_new(lib.BIO_s_mem())) {}
  ~Printed() { lib.BIO_free(bio_); }
  Printed(const Printed&) = delete;
  Printed& operator=(const Printed&) = delete;
  BIO* bio() { return bio_; }
  std::string_view text() {
    char* data = nullptr;
    const long size = lib.BIO_ctrl(bio_, BIO_CTRL_INFO, 0, &data);
    return {data, static_cast<size_t>(size)};
  }

 private:
  BIO* bio_;
};

template <typename Stack>
int stack_size(const Stack* stack) {
  return lib.OPENSSL_sk_num(reinterpret_cast<const OPENSSL_STACK*>(stack));
}
template <typename Item, typename Stack>
Item* stack_item(const Stack* stack, int i) {
  return static_cast<Item*>(lib.OPENSSL_sk_value(reinterpret_cast<const OPENSSL_STACK*>(stack), i));
}
template <typename Item, typename Stack>
void free_stack(Stack* stack, void (*free_item)(Item*)) {
  lib.OPENSSL_sk_pop_free(reinterpret_cast<OPENSSL_STACK*>(stack),
                          reinterpret_cast<void (*)(void*)>(free_item));
}

// The name of an object, or with `as_number` its dotted number; None if it has none.
Value object_text(Thread& thread, const ASN1_OBJECT* object, bool as_number) {
  char buffer[256];
  const int size = lib.OBJ_obj2txt(buffer, sizeof buffer, object, as_number);
  if (size < 0) return RAISE_SSL(nullptr);
  if (size == 0) return None;
  std::string text(static_cast<size_t>(size) + 1, '\0');
  lib.OBJ_obj2txt(text.data(), size + 1, object, as_number);
  text.resize(static_cast<size_t>(size));
  return make_str(text);
}

Value attribute_pair(Thread& thread, const ASN1_OBJECT* name, const ASN1_STRING* value) {
  const Value shown_name = TRY(object_text(thread, name, false));
  unsigned char* utf8 = nullptr;
  const int size = lib.ASN1_STRING_to_UTF8(&utf8, value);
  if (size < 0) return RAISE_SSL(nullptr);
  const Result<Str*> text =
      decode_utf8(thread, {reinterpret_cast<char*>(utf8), static_cast<size_t>(size)}, "strict");
  lib.CRYPTO_free(utf8, __FILE__, __LINE__);
  if (text.failed()) return error;
  return make_tuple({shown_name, text.value()});
}

// A tuple of relative distinguished names, each a tuple of (attribute, value).
Value decoded_name(Thread& thread, const X509_NAME* name) {
  const int count = lib.X509_NAME_entry_count(name);
  GcVector all, current;
  int level = -1;
  for (int i = 0; i < count; ++i) {
    X509_NAME_ENTRY* entry = lib.X509_NAME_get_entry(name, i);
    const int set = lib.X509_NAME_ENTRY_set(entry);
    if (level >= 0 && set != level) {
      all.push_back(make_tuple(current.data(), current.size()));
      current.clear();
    }
    level = set;
    current.push_back(TRY(attribute_pair(thread, lib.X509_NAME_ENTRY_get_object(entry),
                                         lib.X509_NAME_ENTRY_get_data(entry))));
  }
  if (!current.is_empty()) all.push_back(make_tuple(current.data(), current.size()));
  return make_tuple(all.data(), all.size());
}

Value ascii_text(const ASN1_STRING* text) {
  return make_str_latin1({reinterpret_cast<const char*>(lib.ASN1_STRING_get0_data(text)),
                          static_cast<size_t>(lib.ASN1_STRING_length(text))});
}

Value address_text(const ASN1_OCTET_STRING* address) {
  const unsigned char* bytes = lib.ASN1_STRING_get0_data(address);
  char text[64];
  switch (lib.ASN1_STRING_length(address)) {
    case 4:
      std::snprintf(text, sizeof text, "%d.%d.%d.%d", bytes[0], bytes[1], bytes[2], bytes[3]);
      break;
    case 16: {
      int size = 0;
      for (int i = 0; i < 16; i += 2) {
        size += std::snprintf(text + size, sizeof text - static_cast<size_t>(size), "%s%X",
                              i ? ":" : "", bytes[i] << 8 | bytes[i + 1]);
      }
      break;
    }
    default:
      return make_str("<invalid>");
  }
  return make_str(text);
}

Value printed_name(Thread& thread, GENERAL_NAME* name) {
  Printed printed;
  lib.GENERAL_NAME_print(printed.bio(), name);
  const std::string_view text = printed.text();
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos) return raise(thread, ValueError, "Invalid value {}", text);
  return make_tuple({make_str(text.substr(0, colon)), make_str(text.substr(colon + 1))});
}

Value alternative_name(Thread& thread, GENERAL_NAME* name) {
  switch (name->type) {
    case GEN_DIRNAME:
      return make_tuple({make_str("DirName"), TRY(decoded_name(thread, name->d.dirn))});
    case GEN_EMAIL:
      return make_tuple({make_str("email"), ascii_text(name->d.rfc822Name)});
    case GEN_DNS:
      return make_tuple({make_str("DNS"), ascii_text(name->d.dNSName)});
    case GEN_URI:
      return make_tuple({make_str("URI"), ascii_text(name->d.uniformResourceIdentifier)});
    case GEN_RID: {
      const Value text = TRY(object_text(thread, name->d.registeredID, false));
      return make_tuple(
          {make_str("Registered ID"), text.is_none() ? Value(make_str("<INVALID>")) : text});
    }
    case GEN_IPADD:
      return make_tuple({make_str("IP Address"), address_text(name->d.iPAddress)});
    default:
      return printed_name(thread, name);
  }
}

Value alternative_names(Thread& thread, X509* certificate) {
  auto* names = static_cast<GENERAL_NAMES*>(
      lib.X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  if (!names) return None;
  GcVector all;
  for (int i = 0; i < stack_size(names); ++i) {
    const Value name = alternative_name(thread, stack_item<GENERAL_NAME>(names, i));
    if (name.is_empty()) break;
    all.push_back(name);
  }
  free_stack(names, lib.GENERAL_NAME_free);
  return has_exception(thread) ? Value() : make_tuple(all.data(), all.size());
}

// Where to ask about the certificate (authority information access): addresses of one kind.
Value access_addresses(X509* certificate, int wanted) {
  auto* all = static_cast<AUTHORITY_INFO_ACCESS*>(
      lib.X509_get_ext_d2i(certificate, NID_info_access, nullptr, nullptr));
  if (!all) return None;
  GcVector found;
  for (int i = 0; i < stack_size(all); ++i) {
    const auto* each = stack_item<ACCESS_DESCRIPTION>(all, i);
    if (lib.OBJ_obj2nid(each->method) != wanted || each->location->type != GEN_URI) continue;
    found.push_back(ascii_text(each->location->d.uniformResourceIdentifier));
  }
  free_stack(all, lib.ACCESS_DESCRIPTION_free);
  return found.is_empty() ? None : Value(make_tuple(found.data(), found.size()));
}

Value revocation_points(X509* certificate) {
  auto* points = static_cast<CRL_DIST_POINTS*>(
      lib.X509_get_ext_d2i(certificate, NID_crl_distribution_points, nullptr, nullptr));
  if (!points) return None;
  GcVector found;
  for (int i = 0; i < stack_size(points); ++i) {
    const auto* point = stack_item<DIST_POINT>(points, i);
    if (!point->distpoint || point->distpoint->type != 0) continue;
    const GENERAL_NAMES* names = point->distpoint->name.fullname;
    for (int j = 0; j < stack_size(names); ++j) {
      const auto* name = stack_item<GENERAL_NAME>(names, j);
      if (name->type == GEN_URI) found.push_back(ascii_text(name->d.uniformResourceIdentifier));
    }
  }
  free_stack(points, lib.DIST_POINT_free);
  return found.is_empty() ? None : Value(make_tuple(found.data(), found.size()));
}

Value time_text(const ASN1_TIME* time) {
  Printed printed;
  lib.ASN1_TIME_print(printed.bio(), time);
  return make_str(printed.text());
}
Value serial_text(X509* certificate) {
  Printed printed;
  lib.i2a_ASN1_INTEGER(printed.bio(), lib.X509_get_serialNumber(certificate));
  return make_str(printed.text());
}

}  // namespace

Value decoded_certificate(Thread& thread, X509* certificate) {
  Dict* info = make_dict();
  dict_set_str(*info, "subject", TRY(decoded_name(thread, lib.X509_get_subject_name(certificate))));
  dict_set_str(*info, "issuer", TRY(decoded_name(thread, lib.X509_get_issuer_name(certificate))));
  dict_set_str(*info, "version", make_int(lib.X509_get_version(certificate) + 1));
  dict_set_str(*info, "serialNumber", serial_text(certificate));
  dict_set_str(*info, "notBefore", time_text(lib.X509_get0_notBefore(certificate)));
  dict_set_str(*info, "notAfter", time_text(lib.X509_get0_notAfter(certificate)));
  const struct {
    const char* name;
    Value value;
  } optional[] = {{"subjectAltName", TRY(alternative_names(thread, certificate))},
                  {"OCSP", access_addresses(certificate, NID_ad_OCSP)},
                  {"caIssuers", access_addresses(certificate, NID_ad_ca_issuers)},
                  {"crlDistributionPoints", revocation_points(certificate)}};
  for (const auto& [name, value] : optional) {
    if (!value.is_none()) dict_set_str(*info, name, value);
  }
  return info;
}

Value encoded_certificate(Thread& thread, X509* certificate) {
  unsigned char* bytes = nullptr;
  const int size = lib.i2d_X509(certificate, &bytes);
  if (size < 0) return RAISE_SSL(nullptr);
  const Value result =
      bytes_result(thread, {reinterpret_cast<char*>(bytes), static_cast<size_t>(size)});
  lib.CRYPTO_free(bytes, __FILE__, __LINE__);
  return result;
}

Value make_certificate(X509* handle) {
  lib.X509_up_ref(handle);
  auto* made = allocate_finalizable<Certificate>();
  made->handle = handle;
  made->hash = -1;
  return made;
}

Value certificate_chain(Thread& thread, const STACK_OF(X509) * chain) {
  if (!chain) return None;
  List* list = make_list();
  for (int i = 0; i < stack_size(chain); ++i)
    TRY(list_append(thread, *list, make_certificate(stack_item<X509>(chain, i))));
  return list;
}

Value certificate_in_file(Thread& thread, Value path) {
  const std::string name = TRY(to_filename(thread, path));
  BIO* file = lib.BIO_new_file(name.c_str(), "r");
  if (!file) return raise(thread, *state.error, "Can't open file");
  X509* certificate = lib.PEM_read_bio_X509(file, nullptr, nullptr, nullptr);
  lib.BIO_free(file);
  if (!certificate) return raise(thread, *state.error, "Error decoding PEM-encoded file");
  const Value decoded = decoded_certificate(thread, certificate);
  lib.X509_free(certificate);
  return decoded;
}

Value object_details(Thread& thread, const ASN1_OBJECT* object) {
  const int number = lib.OBJ_obj2nid(object);
  if (number == NID_undef) return raise(thread, ValueError, "Unknown object");
  const char *short_name = lib.OBJ_nid2sn(number), *long_name = lib.OBJ_nid2ln(number);
  const Value text = TRY(object_text(thread, object, true));
  return make_tuple({make_int(number), make_str(short_name ? short_name : ""),
                     make_str(long_name ? long_name : ""), text});
}

namespace {

Value public_bytes(Thread& thread, Certificate& self, int format) {
  if (format == kEncodingDer) return encoded_certificate(thread, self.handle);
  if (format != kEncodingPem) return raise(thread, ValueError, "Unsupported format");
  Printed printed;
  if (!lib.PEM_write_bio_X509(printed.bio(), self.handle)) return RAISE_SSL(nullptr);
  return make_str(printed.text());
}
Value get_info(Thread& thread, Certificate& self) {
  return decoded_certificate(thread, self.handle);
}

Value repr_certificate(Thread& thread, Value self) {
  Printed printed;
  lib.X509_NAME_print_ex(printed.bio(), lib.X509_get_subject_name(self.as<Certificate>()->handle),
                         0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
  return format_message(thread, "<{} '{}'>", {type_of(self), printed.text()});
}
Result<int64_t> hash_certificate(Thread&, Value self_value) {
  auto& self = *self_value.as<Certificate>();
  if (self.hash == -1) self.hash = static_cast<int64_t>(lib.X509_subject_name_hash(self.handle));
  return self.hash;
}
Value compare_certificates(Thread&, Value left, Value right, CompareOp op) {
  if (!has_kind(right, Certificate::kKind) || (op != CompareOp::Equal && op != CompareOp::NotEqual))
    return NotImplemented;
  const bool are_equal =
      lib.X509_cmp(left.as<Certificate>()->handle, right.as<Certificate>()->handle) == 0;
  return Value::from_bool(are_equal == (op == CompareOp::Equal));
}
void finalize_certificate(Thread&, Value self) {
  auto& certificate = *self.as<Certificate>();
  if (certificate.handle != blank.certificate)
    lib.X509_free(std::exchange(certificate.handle, blank.certificate));
}

const MethodRow methods[] = {
    method<public_bytes>("public_bytes($self, /, format=1)", "The certificate in PEM or DER."),
    method<get_info>("get_info($self, /)", "What the certificate says, as a dict."),
};

}  // namespace

void define_certificate_type(Module& module) {
  TypeSpec spec;
  spec.instance_bytes = sizeof(Certificate);
  spec.flags = Type::kDisallowInstantiation | Type::kImmutable | Type::kHasFinalizer;
  spec.slots.repr = repr_certificate;
  spec.slots.hash = hash_certificate;
  spec.slots.compare = compare_certificates;
  spec.slots.finalize = finalize_certificate;
  spec.methods = methods;
  module_add_type(module, define_type(ModuleKind::SslCertificate, spec));
  module_add(module, "ENCODING_PEM", make_int(kEncodingPem));
  module_add(module, "ENCODING_DER", make_int(kEncodingDer));
}

}  // namespace minipy::ssl
