// termios: control of terminals, as POSIX has it.
#include <linux/serial.h>
#include <linux/tty.h>
#include <sys/ioctl.h>
#include <termios.h>

#include <climits>
#include <cstring>

#include "Modules/module_support.h"
#include "Modules/native_modules.h"
#include "Modules/posix/posix.h"

namespace minipy {
namespace {

Type* termios_error;

Failure raise_termios(Thread& thread) {
  const int number = errno;
  const Value exception = call(thread, termios_error, {make_int(number), make_str(std::strerror(number))});
  return exception.is_empty() ? error : raise_exception(thread, exception);
}

// Calls that may wait; interrupted ones are an error here, as in CPython.
template <typename F>
Status terminal_call(Thread& thread, F&& call) {
  int result;
  {
    const WithoutGil guard(thread);
    result = call();
  }
  if (result < 0) return raise_termios(thread);
  return nothing;
}

Value get_attributes(Thread& thread, Value file) {
  const int descriptor = TRY(descriptor_argument(thread, file));
  termios mode;
  TRY(terminal_call(thread, [&] { return tcgetattr(descriptor, &mode); }));
  List* characters = make_list();
  for (int i = 0; i < NCCS; ++i) {
    // Without line editing, two of them are numbers.
    const bool is_number = !(mode.c_lflag & ICANON) && (i == VMIN || i == VTIME);
    TRY(list_append(thread, *characters, is_number ? make_int(mode.c_cc[i]) : Value(make_byte(mode.c_cc[i]))));
  }
  const Value items[] = {make_int(mode.c_iflag), make_int(mode.c_oflag), make_int(mode.c_cflag), make_int(mode.c_lflag),
                         make_int(cfgetispeed(&mode)), make_int(cfgetospeed(&mode)), characters};
  return make_list(items, 7);
}

Result<tcflag_t> flags_item(Thread& thread, Value item) {
  const Value number = TRY(number_index(thread, item));
  const std::optional<int64_t> value = int_to_int64(number);
  if (!value) return raise(thread, OverflowError, "Python int too large to convert to C long");
  return static_cast<tcflag_t>(*value);
}

Status set_characters(Thread& thread, const List& characters, termios& mode) {
  for (size_t i = 0; i < NCCS && i < characters.size; ++i) {
    const Value item = characters.at(i);
    if (is_bytes(item) && item.as<Bytes>()->size == 1) mode.c_cc[i] = item.as<Bytes>()->data()[0];
    else if (is_any_int(item)) mode.c_cc[i] = static_cast<cc_t>(int_to_int64(item).value_or(0));
    else return raise(thread, TypeError, "tcsetattr: elements of attributes must be characters or integers");
  }
  return nothing;
}

Status set_attributes(Thread& thread, Value file, int when, Value attributes) {
  const int descriptor = TRY(descriptor_argument(thread, file));
  if (!is_list(attributes) || attributes.as<List>()->size != 7) {
    return raise(thread, TypeError, "tcsetattr, arg 3: must be 7 element list");
  }
  const List& list = *attributes.as<List>();
  termios mode;
  TRY(terminal_call(thread, [&] { return tcgetattr(descriptor, &mode); }));
  tcflag_t numbers[6];
  for (size_t i = 0; i < 6; ++i) numbers[i] = TRY(flags_item(thread, list.at(i)));
  const Value characters = list.at(6);
  if (!is_list(characters) || characters.as<List>()->size != NCCS) {
    return raise(thread, TypeError, "tcsetattr: attributes[6] must be {} element list", NCCS);
  }
  mode.c_iflag = numbers[0];
  mode.c_oflag = numbers[1];
  mode.c_cflag = numbers[2];
  mode.c_lflag = numbers[3];
  TRY(set_characters(thread, *characters.as<List>(), mode));
  if (cfsetispeed(&mode, numbers[4]) < 0 || cfsetospeed(&mode, numbers[5]) < 0) return raise_termios(thread);
  return terminal_call(thread, [&] { return tcsetattr(descriptor, when, &mode); });
}

template <int (*operation)(int, int)>
Status with_number(Thread& thread, Value file, int number) {
  const int descriptor = TRY(descriptor_argument(thread, file));
  return terminal_call(thread, [&] { return operation(descriptor, number); });
}
Status drain(Thread& thread, Value file) {
  const int descriptor = TRY(descriptor_argument(thread, file));
  return terminal_call(thread, [&] { return tcdrain(descriptor); });
}

Value get_window_size(Thread& thread, Value file) {
  const int descriptor = TRY(descriptor_argument(thread, file));
  winsize size;
  TRY(terminal_call(thread, [&] { return ioctl(descriptor, TIOCGWINSZ, &size); }));
  return make_tuple({make_int(size.ws_row), make_int(size.ws_col)});
}

Status set_window_size(Thread& thread, Value file, Value pair) {
  const int descriptor = TRY(descriptor_argument(thread, file));
  if (!is_sequence(pair) || TRY(length(thread, pair)) != 2) {
    return raise(thread, TypeError, "tcsetwinsize, arg 2: must be a two-item sequence");
  }
  int64_t numbers[2];
  for (int i = 0; i < 2; ++i) numbers[i] = TRY(argument_int64(thread, TRY(sequence_item(thread, pair, i))));
  for (const int64_t number : numbers) {
    if (number < 0 || number > USHRT_MAX) return raise(thread, OverflowError, "winsize value(s) out of range.");
  }
  winsize size;
  TRY(terminal_call(thread, [&] { return ioctl(descriptor, TIOCGWINSZ, &size); }));
  size.ws_row = static_cast<unsigned short>(numbers[0]);
  size.ws_col = static_cast<unsigned short>(numbers[1]);
  return terminal_call(thread, [&] { return ioctl(descriptor, TIOCSWINSZ, &size); });
}

const MethodRow functions[] = {
    function<drain>("tcdrain($module, fd, /)", "Wait until all output has been sent."),
    function<with_number<tcflow>>("tcflow($module, fd, action, /)", "Stop or resume input or output: TCOOFF, TCOON, TCIOFF, TCION."),
    function<with_number<tcflush>>("tcflush($module, fd, queue, /)", "Throw away what waits: TCIFLUSH, TCOFLUSH, TCIOFLUSH."),
    function<get_attributes>("tcgetattr($module, fd, /)",
                             "The terminal's attributes: [iflag, oflag, cflag, lflag, ispeed, ospeed, cc], where cc is a list of\n"
                             "bytes (of numbers at VMIN and VTIME if ICANON is off)."),
    function<get_window_size>("tcgetwinsize($module, fd, /)", "The size of the terminal's window: (rows, columns)."),
    function<with_number<tcsendbreak>>("tcsendbreak($module, fd, duration, /)", "Send a break."),
    function<set_attributes>("tcsetattr($module, fd, when, attributes, /)",
                             "Set what tcgetattr() returns: TCSANOW at once, TCSADRAIN after the output, TCSAFLUSH and drop input."),
    function<set_window_size>("tcsetwinsize($module, fd, winsize, /)", "Set the size of the terminal's window, (rows, columns)."),
};

struct Constant {
  const char* name;
  int64_t value;
};
const Constant constants[] = {
    {"VSWTCH", VSWTC},
#define C(name) {#name, static_cast<int64_t>(name)},
    C(B0) C(B1000000) C(B110) C(B115200) C(B1152000) C(B1200) C(B134) C(B150) C(B1500000) C(B1800) C(B19200)
    C(B200) C(B2000000) C(B230400) C(B2400) C(B2500000) C(B300) C(B3000000) C(B3500000) C(B38400) C(B4000000)
    C(B460800) C(B4800) C(B50) C(B500000) C(B57600) C(B576000) C(B600) C(B75) C(B921600) C(B9600) C(BRKINT)
    C(BS0) C(BS1) C(BSDLY) C(CBAUD) C(CBAUDEX) C(CDSUSP) C(CEOF) C(CEOL) C(CEOT) C(CERASE) C(CFLUSH) C(CIBAUD)
    C(CINTR) C(CKILL) C(CLNEXT) C(CLOCAL) C(CQUIT) C(CR0) C(CR1) C(CR2) C(CR3) C(CRDLY) C(CREAD) C(CRPRNT)
    C(CRTSCTS) C(CS5) C(CS6) C(CS7) C(CS8) C(CSIZE) C(CSTART) C(CSTOP) C(CSTOPB) C(CSUSP) C(CWERASE) C(ECHO)
    C(ECHOCTL) C(ECHOE) C(ECHOK) C(ECHOKE) C(ECHONL) C(ECHOPRT) C(EXTA) C(EXTB) C(FF0) C(FF1) C(FFDLY)
    C(FIOASYNC) C(FIOCLEX) C(FIONBIO) C(FIONCLEX) C(FIONREAD) C(FLUSHO) C(HUPCL) C(ICANON) C(ICRNL) C(IEXTEN)
    C(IGNBRK) C(IGNCR) C(IGNPAR) C(IMAXBEL) C(INLCR) C(INPCK) C(IOCSIZE_MASK) C(IOCSIZE_SHIFT) C(ISIG) C(ISTRIP)
    C(IUCLC) C(IXANY) C(IXOFF) C(IXON) C(NCC) C(NCCS) C(NL0) C(NL1) C(NLDLY) C(NOFLSH) C(N_MOUSE) C(N_PPP)
    C(N_SLIP) C(N_STRIP) C(N_TTY) C(OCRNL) C(OFDEL) C(OFILL) C(OLCUC) C(ONLCR) C(ONLRET) C(ONOCR) C(OPOST)
    C(PARENB) C(PARMRK) C(PARODD) C(PENDIN) C(TAB0) C(TAB1) C(TAB2) C(TAB3) C(TABDLY) C(TCFLSH) C(TCGETA)
    C(TCGETS) C(TCIFLUSH) C(TCIOFF) C(TCIOFLUSH) C(TCION) C(TCOFLUSH) C(TCOOFF) C(TCOON) C(TCSADRAIN)
    C(TCSAFLUSH) C(TCSANOW) C(TCSBRK) C(TCSBRKP) C(TCSETA) C(TCSETAF) C(TCSETAW) C(TCSETS) C(TCSETSF) C(TCSETSW)
    C(TCXONC) C(TIOCCONS) C(TIOCEXCL) C(TIOCGETD) C(TIOCGICOUNT) C(TIOCGLCKTRMIOS) C(TIOCGPGRP) C(TIOCGSERIAL)
    C(TIOCGSOFTCAR) C(TIOCGWINSZ) C(TIOCINQ) C(TIOCLINUX) C(TIOCMBIC) C(TIOCMBIS) C(TIOCMGET) C(TIOCMIWAIT)
    C(TIOCMSET) C(TIOCM_CAR) C(TIOCM_CD) C(TIOCM_CTS) C(TIOCM_DSR) C(TIOCM_DTR) C(TIOCM_LE) C(TIOCM_RI)
    C(TIOCM_RNG) C(TIOCM_RTS) C(TIOCM_SR) C(TIOCM_ST) C(TIOCNOTTY) C(TIOCNXCL) C(TIOCOUTQ) C(TIOCPKT)
    C(TIOCPKT_DATA) C(TIOCPKT_DOSTOP) C(TIOCPKT_FLUSHREAD) C(TIOCPKT_FLUSHWRITE) C(TIOCPKT_NOSTOP)
    C(TIOCPKT_START) C(TIOCPKT_STOP) C(TIOCSCTTY) C(TIOCSERCONFIG) C(TIOCSERGETLSR) C(TIOCSERGETMULTI)
    C(TIOCSERGSTRUCT) C(TIOCSERGWILD) C(TIOCSERSETMULTI) C(TIOCSERSWILD) C(TIOCSER_TEMT) C(TIOCSETD)
    C(TIOCSLCKTRMIOS) C(TIOCSPGRP) C(TIOCSSERIAL) C(TIOCSSOFTCAR) C(TIOCSTI) C(TIOCSWINSZ) C(TOSTOP) C(VDISCARD)
    C(VEOF) C(VEOL) C(VEOL2) C(VERASE) C(VINTR) C(VKILL) C(VLNEXT) C(VMIN) C(VQUIT) C(VREPRINT) C(VSTART)
    C(VSTOP) C(VSUSP) C(VSWTC) C(VT0) C(VT1) C(VTDLY) C(VTIME) C(VWERASE) C(XCASE) C(XTABS)
#undef C
};

Status initialize(Thread& thread, Module& module) {
  termios_error = TRY(add_exception(thread, module, "termios", "error", Exception));
  for (const Constant& constant : constants) module_add(module, constant.name, make_int(constant.value));
  return nothing;
}

}  // namespace

extern const ModuleSpec termios_module = {"termios", "Control of terminals, as POSIX has it.", functions, initialize};

}  // namespace minipy
