#include "Objects/initialize.h"

#include "Objects/gc.h"
#include "Objects/gmp_memory.h"
#include "Objects/thread.h"

namespace minipy {

Thread& initialize_objects() {
  gc_initialize();
  set_up_gmp_memory();
  Thread& thread = add_thread();
  define_object_types();
  define_weak_reference_types();
  define_tuple_types();
  define_list_types();
  define_dict_types();
  define_int_types();
  define_float_types();
  define_complex_types();
  define_str_types();
  define_bytes_types();
  define_bytearray_types();
  define_memoryview_types();
  define_set_types();
  define_slice_types();
  define_range_types();
  define_iterator_types();
  define_function_types();
  define_descriptor_types();
  define_module_types();
  define_mapping_proxy_types();
  define_namespace_types();
  define_annotation_types();
  define_exception_types();
  define_struct_sequence_types();
  return thread;
}

}  // namespace minipy
