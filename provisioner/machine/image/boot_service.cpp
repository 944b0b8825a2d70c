// DHCP and TFTP by dnsmasq, HTTP by us, for nodes that are armed.

#include "provisioner/machine/image/boot_service.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/process.h"
#include "provisioner/base/os/regular_file.h"
#include "provisioner/base/value/json.h"
#include "provisioner/machine/image/interface_network.h"

namespace provisioner::image {
namespace {

using base::Error;
using base::Kind;
using value::Dict;
using value::Value;

constexpr int glance = 500;                  // milliseconds between two looks at what is armed
constexpr std::chrono::seconds to_begin{3};  // after which one that says nothing is at work, too
constexpr int network_trouble = 2;           // dnsmasq(8), EXIT CODES
constexpr const char* ipxe_directory = "/usr/lib/ipxe";

// iPXE as the distribution has it, under the names that DHCP gives.
void offer_ipxe(const std::string& directory) {
  os::make_directories(directory + "/tftp");
  for (const char* name : {"undionly.kpxe", "snponly.efi"})
    os::write_file(os::join_path(directory + "/tftp", name),
                   os::require_file(os::join_path(ipxe_directory, name)));
}

os::Descriptor lock_place(const std::string& directory) {
  os::make_directories(directory, 0700);
  const std::string path = directory + "/lock";
  os::Descriptor lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock.is_open())
    throw Error(Kind::failed,
                "cannot open '" + path + "': " + std::generic_category().message(errno));
  if (::flock(lock.number(), LOCK_EX | LOCK_NB) != 0)
    throw Error(Kind::refused, "another boot service is at work in '" + directory + "'")
        .set_hint("one serves all nodes of a network; see: provisioner node status");
  return lock;
}

std::string require_dnsmasq() {
  const auto program = os::find_program("dnsmasq");
  if (program) return *program;
  throw Error(Kind::failed, "there is no program 'dnsmasq' on this machine")
      .set_hint("Debian and Ubuntu have it in the package dnsmasq-base");
}

// A dnsmasq that is ours. The tokens in its files are for root alone, and so it stays root. What it
// complains of before its log begins goes where that goes.
os::Child start_dnsmasq(const std::string& configuration) {
  return os::spawn({.argv = {"sh", "-c", "exec \"$@\" 2>&1", "sh", require_dnsmasq(),
                             "--keep-in-foreground", "--user=root", "--group=root",
                             "--log-facility=/dev/stdout", "--conf-file=" + configuration},
                    .ends_with_us = true});
}

// DHCP and TFTP. The one for DHCP begins anew with each change of what is armed: dnsmasq 2.90
// crashes where it reads options anew by SIGHUP while a lease is out. The one for TFTP goes on, so
// that no transfer is cut.
class Dnsmasq {
 public:
  Dnsmasq(const BootPlace& place, BootDesk& desk) : place_(place), desk_(desk) {
    offer_ipxe(place.directory);
    os::write_file(place.directory + "/dhcp.conf", dhcp_configuration(place), 0600);
    os::write_file(place.directory + "/tftp.conf", tftp_configuration(place), 0600);
    write_armed();
    tftp_.child.emplace(start_dnsmasq(place.directory + "/tftp.conf"));
    dhcp_.child.emplace(start_dnsmasq(place.directory + "/dhcp.conf"));
  }

  // Looks whether they live, and whether there is news for them.
  void look() {
    for (Program* program : {&tftp_, &dhcp_})
      if (const auto status = program->child->wait(std::chrono::milliseconds(0)))
        throw ended(*program, *status);
    if (!write_armed()) return;
    dhcp_.child->kill(SIGTERM);
    dhcp_.child->wait(std::chrono::seconds(5));
    dhcp_.child.emplace(start_dnsmasq(place_.directory + "/dhcp.conf"));
  }

  // Whether both have said so since they were started first.
  bool has_begun() const { return begun_ >= 2; }

  // Takes what they say, for at most `glance`.
  void listen() {
    std::array<pollfd, 2> waits = {pollfd{tftp_.child->output().number(), POLLIN, 0},
                                   pollfd{dhcp_.child->output().number(), POLLIN, 0}};
    if (::poll(waits.data(), waits.size(), glance) <= 0) return;
    if (waits[0].revents != 0) read(tftp_);
    if (waits[1].revents != 0) read(dhcp_);
  }

 private:
  struct Program {
    std::optional<os::Child> child = {};
    std::string unread = {}, last_line = {};
  };

  bool write_armed() {
    const std::vector<ArmedNode> armed = desk_.armed();
    const std::string hosts = dnsmasq_hosts(armed), options = dnsmasq_options(place_, armed);
    if (hosts == hosts_ && options == options_) return false;
    os::write_file(place_.directory + "/options", options, 0600);
    os::write_file(place_.directory + "/boots", dnsmasq_boots(place_, armed), 0600);
    os::write_file(place_.directory + "/hosts", hosts, 0600);
    hosts_ = hosts;
    options_ = options;
    return true;
  }

  Error ended(Program& program, int status) {
    while (read(program)) continue;
    Error error(Kind::failed, "dnsmasq ended with status " + std::to_string(status) +
                                  (program.last_line.empty() ? "" : ": " + program.last_line));
    if (status == network_trouble)
      error.set_hint("does another server hold the port? see: ss -ulnp");
    return error;
  }

  // False at its end.
  bool read(Program& program) {
    std::array<char, 16384> buffer{};
    const ssize_t count = ::read(program.child->output().number(), buffer.data(), buffer.size());
    if (count <= 0) return false;
    program.unread.append(buffer.data(), static_cast<std::size_t>(count));
    for (std::size_t end; (end = program.unread.find('\n')) != std::string::npos;) {
      take(program, program.unread.substr(0, end));
      program.unread.erase(0, end + 1);
    }
    return true;
  }

  void take(Program& program, const std::string& line) {
    program.last_line = base::escape_for_terminal(line);
    if (line.find("]: started, version ") != std::string::npos) ++begun_;
    if (const auto said = read_dhcp_line(line)) desk_.saw(said->whom, said->source, said->text);
  }

  const BootPlace& place_;
  BootDesk& desk_;
  Program tftp_, dhcp_;
  std::string hosts_ = "?", options_ = "?";
  int begun_ = 0;
};

std::string place_path(const std::string& directory) { return directory + "/place.json"; }

void keep_place(const BootPlace& place) {
  const Value said(Dict{{"interface", place.interface},
                        {"address", place.address},
                        {"subnet", place.subnet},
                        {"netmask", place.netmask}});
  os::write_file(place_path(place.directory), write_json(said) + "\n", 0600);
}

http::Answer plain(int status, const std::string& text) {
  return {.status = status, .content_type = "text/plain", .body = text + "\n"};
}

http::Answer refuse(BootDesk& desk, const http::Call& call, const std::string& what,
                    const std::string& because) {
  desk.refused(call.peer, what, because);
  return plain(404, because);
}

http::Answer file_answer(BootDesk& desk, const http::Call& call, const std::string& digest) {
  const auto path = crypto::is_sha256(digest) ? desk.public_file(digest) : std::nullopt;
  os::Descriptor file;
  if (path) file = os::open_regular_file(*path);
  struct stat status {};
  if (!file.is_open() || ::fstat(file.number(), &status) != 0)
    return refuse(desk, call, "a file", "there is no such file");
  if (call.method == "GET") desk.gave(call.peer, static_cast<std::uint64_t>(status.st_size));
  http::Answer answer{.content_type = "application/octet-stream"};
  answer.file = http::FileBody{std::move(file), static_cast<std::uint64_t>(status.st_size)};
  return answer;
}

// The token of "Authorization: Bearer TOKEN".
std::string bearer(const http::Call& call) {
  const auto header = call.headers.find("authorization");
  constexpr std::string_view scheme = "Bearer ";
  if (header == call.headers.end() || !header->second.starts_with(scheme)) return "";
  return header->second.substr(scheme.size());
}

}  // namespace

http::Answer answer_call(BootDesk& desk, const http::Call& call) {
  const std::vector<std::string> parts = base::split(call.path, '/');
  const bool reads = call.method == "GET" || call.method == "HEAD";
  if (parts.size() == 3 && parts[1] == "files" && reads) return file_answer(desk, call, parts[2]);
  if (parts.size() == 3 && parts[1] == "boot" && call.method == "GET")
    return desk.boot_script(parts[2], call.peer);
  if (parts.size() == 3 && parts[1] == "report" && call.method == "POST")
    return desk.report(parts[2], bearer(call), call.body, call.peer);
  return refuse(desk, call, "a path", "there is nothing here");
}

BootPlace boot_place(const std::string& interface, const std::string& directory) {
  const InterfaceNetwork network = network_of(interface);
  return {.interface = interface,
          .address = network.address,
          .subnet = network.subnet,
          .netmask = network.netmask,
          .directory = directory};
}

bool is_at_work(const std::string& directory) {
  const os::Descriptor lock(::open((directory + "/lock").c_str(), O_RDWR | O_CLOEXEC));
  return lock.is_open() && ::flock(lock.number(), LOCK_SH | LOCK_NB) != 0;
}

std::optional<BootPlace> place_at_work(const std::string& directory) {
  if (!is_at_work(directory)) return std::nullopt;
  const std::string path = place_path(directory);
  const auto text = os::read_file(path);
  if (!text)
    throw Error(Kind::failed, "the boot service that is at work does not say where it stands")
        .set_hint("it is of an older program: end it with Ctrl-C and start it anew");
  const Value said = value::read_json(*text, path);
  return BootPlace{.interface = text_or(said, "interface", ""),
                   .address = text_or(said, "address", ""),
                   .subnet = text_or(said, "subnet", ""),
                   .netmask = text_or(said, "netmask", ""),
                   .directory = directory};
}

void serve_boot(const BootPlace& place, BootDesk& desk, const std::function<void()>& ready,
                const std::function<bool()>& is_over) {
  require_dnsmasq();
  const os::Descriptor lock = lock_place(place.directory);
  keep_place(place);
  const http::Server server({.address = place.address, .port = place.port},
                            [&](const http::Call& call) { return answer_call(desk, call); },
                            [&](const std::string& what) { desk.saw("", "http", what); },
                            [&](const std::string& peer, int status) {
                              desk.refused(peer, "a request",
                                           "it was answered " + std::to_string(status));
                            });
  Dnsmasq dnsmasq(place, desk);
  const os::Instant end = os::system_clock().now() + to_begin;
  bool is_told = false;
  while (!is_over()) {
    dnsmasq.look();
    if (!is_told && (dnsmasq.has_begun() || os::system_clock().now() > end)) {
      is_told = true;
      ready();
    }
    dnsmasq.listen();
  }
}

}  // namespace provisioner::image
