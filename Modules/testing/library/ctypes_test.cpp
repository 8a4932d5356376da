// A shared library with functions and variables of many types, for the tests of ctypes to call and to read.
// What each does is what those tests expect of it.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <cwchar>

extern "C" {

// --- results that tell which arguments arrived ---

// The last argument of a function with one of each type comes back divided by three.
long long last_tf_arg_s = 0;
unsigned long long last_tf_arg_u = 0;

#define SIGNED(code, type)                                      \
  type tf_##code(type value) {                                  \
    last_tf_arg_s = static_cast<long long>(value);              \
    return static_cast<type>(value / 3);                        \
  }                                                             \
  type tf_b##code(signed char, type value) { return tf_##code(value); }
#define UNSIGNED(code, type)                                    \
  type tf_##code(type value) {                                  \
    last_tf_arg_u = value;                                      \
    return static_cast<type>(value / 3);                        \
  }                                                             \
  type tf_b##code(signed char, type value) { return tf_##code(value); }
SIGNED(b, signed char)
SIGNED(h, short)
SIGNED(i, int)
SIGNED(l, long)
SIGNED(q, long long)
SIGNED(f, float)
SIGNED(d, double)
SIGNED(D, long double)
UNSIGNED(B, unsigned char)
UNSIGNED(H, unsigned short)
UNSIGNED(I, unsigned int)
UNSIGNED(L, unsigned long)
UNSIGNED(Q, unsigned long long)

void tv_i(int value) { last_tf_arg_s = value; }

// The sum of arguments of different types, as several types.
#define SUM(name, result, last)                                         \
  result name(signed char b, short h, int i, long l, float f, last d) { \
    return static_cast<result>(b + h + i + l + f + d);                  \
  }
SUM(_testfunc_i_bhilfd, int, double)
SUM(_testfunc_f_bhilfd, float, double)
SUM(_testfunc_d_bhilfd, double, double)
SUM(_testfunc_q_bhilfd, long long, double)
SUM(_testfunc_D_bhilfD, long double, long double)
long long _testfunc_q_bhilfdq(signed char b, short h, int i, long l, float f, double d, long long q) {
  return _testfunc_q_bhilfd(b, h, i, l, f, d) + q;
}
void _testfunc_v(int a, int b, int* sum) { *sum = a + b; }

// --- pointers and text ---

void* _testfunc_p_p(void* pointer) { return pointer; }
char* _testfunc_c_p_p(int* count, char** texts) { return texts[*count - 1]; }
int* _testfunc_ai8(int numbers[8]) { return numbers; }

char* my_strtok(char* text, const char* separators) { return std::strtok(text, separators); }
char* my_strchr(char* text, int character) { return std::strchr(text, character); }
char* my_strdup(const char* text) { return strdup(text); }
wchar_t* my_wcsdup(const wchar_t* text) { return wcsdup(text); }
size_t my_wcslen(const wchar_t* text) { return std::wcslen(text); }
void my_free(void* memory) { std::free(memory); }
double my_sqrt(double number) { return std::sqrt(number); }
void my_qsort(void* items, size_t count, size_t size, int (*compare)(const void*, const void*)) {
  std::qsort(items, count, size, compare);
}
using StrchrFunction = char* (*)(char*, int);
StrchrFunction get_strchr() { return my_strchr; }

// --- callbacks ---

int _testfunc_callback_i_if(int value, int (*callback)(int)) {
  int sum = 0;
  for (; value != 0; value /= 2) sum += callback(value);
  return sum;
}
long long _testfunc_callback_q_qf(long long value, long long (*callback)(long long)) {
  long long sum = 0;
  for (; value != 0; value /= 2) sum += callback(value);
  return sum;
}
int _testfunc_callback_with_pointer(int (*callback)(int*)) {
  int table[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  return callback(table);
}
int _testfunc_cbk_reg_int(int a, int b, int c, int d, int e, int (*callback)(int, int, int, int, int)) {
  return callback(a * a, b * b, c * c, d * d, e * e);
}
double _testfunc_cbk_reg_double(double a, double b, double c, double d, double e,
                                double (*callback)(double, double, double, double, double)) {
  return callback(a * a, b * b, c * c, d * d, e * e);
}
double integrate(double from, double to, double (*function)(double), long steps) {
  const double width = (to - from) / static_cast<double>(steps);
  double sum = 0;
  for (long i = 0; i < steps; ++i) sum += function(from + width * (static_cast<double>(i) + 0.5));
  return sum * width;
}

// --- structures, as a whole and by their address ---

struct Point {
  long x, y;
};
struct IntPoint {
  int x, y;
};
struct Rectangle {
  long left, top, right, bottom;
};
struct Shorts {
  short x, y;
};
struct Ints {
  int numbers[8];
};
struct Longs {
  unsigned long first, second, third;
};
struct InRegister {
  unsigned int first, second;
};

int _testfunc_byval(IntPoint in, IntPoint* out) {
  if (out != nullptr) *out = in;
  return in.x + in.y;
}
Shorts ret_2h_func(Shorts in) {
  return {static_cast<short>(in.x * 2), static_cast<short>(in.y * 3)};
}
Ints ret_8i_func(Ints in) {
  for (int i = 0; i < 8; ++i) in.numbers[i] *= i + 2;
  return in;
}

// What happens to a copy does not happen to the original.
static void overwrite(volatile void* memory, size_t size) {
  for (size_t i = 0; i < size; ++i) static_cast<volatile unsigned char*>(memory)[i] = 0xAD;
}
void _testfunc_large_struct_update_value(Longs in) {
  overwrite(&in, sizeof in);
}
InRegister last_tfrsuv_arg = {0, 0};
void _testfunc_reg_struct_update_value(InRegister in) {
  last_tfrsuv_arg = in;
  overwrite(&in, sizeof in);
}
void _testfunc_cbk_large_struct(Longs in, void (*callback)(Longs)) { callback(in); }

struct BytesInside {
  unsigned char data[16];
};
int _testfunc_array_in_struct1(BytesInside in) {
  int sum = 0;
  for (const unsigned char byte : in.data) sum += byte;
  overwrite(&in, sizeof in);
  return sum;
}
struct DoublesInside {
  double data[2];
};
double _testfunc_array_in_struct2(DoublesInside in) { return in.data[0] + in.data[1]; }
struct FloatsInside {
  float data[2], more_data[2];
};
double _testfunc_array_in_struct2a(FloatsInside in) {
  double sum = 0;
  for (const float number : in.data) sum += number;
  for (const float number : in.more_data) sum += number;
  return sum;
}

long left = 10, top = 20, right = 30, bottom = 40;
int PointInRect(Rectangle* rectangle, Point point) {
  return point.x >= rectangle->left && point.x < rectangle->right && point.y >= rectangle->top &&
         point.y < rectangle->bottom;
}
Rectangle ReturnRect(int which, Rectangle a, Rectangle* b, Point, Rectangle c, Rectangle* d, Point, Rectangle e) {
  const Rectangle all[] = {a, *b, c, *d, e};
  if (which < 0 || which >= 5) return a;
  return all[which];
}

// --- bit fields ---

struct Bits {
  signed int a : 1, b : 2, c : 3, d : 4, e : 5, f : 6, g : 7, h : 8, i : 9;
  signed short m : 1, n : 2, o : 3, p : 4, q : 5, r : 6, s : 7;
};
int unpack_bitfields(Bits* bits, char name) {
  switch (name) {
    case 'A': return bits->a;
    case 'B': return bits->b;
    case 'C': return bits->c;
    case 'D': return bits->d;
    case 'E': return bits->e;
    case 'F': return bits->f;
    case 'G': return bits->g;
    case 'H': return bits->h;
    case 'I': return bits->i;
    case 'M': return bits->m;
    case 'N': return bits->n;
    case 'O': return bits->o;
    case 'P': return bits->p;
    case 'Q': return bits->q;
    case 'R': return bits->r;
    case 'S': return bits->s;
  }
  return 0;
}

// --- variables ---

int an_integer = 42;
int get_an_integer() { return an_integer; }

}  // extern "C"
