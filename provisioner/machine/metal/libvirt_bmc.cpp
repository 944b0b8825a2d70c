// A virtual machine as a BMC shows a real one.

#include "provisioner/machine/metal/libvirt_bmc.h"

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include <cstdlib>
#include <future>
#include <thread>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/regex.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/library.h"

namespace provisioner::metal {
namespace {

using base::Error;
using base::Kind;

// Its functions, looked up when the first is called.
struct Libvirt {
  os::Library library{"libvirt.so.0", "libvirt0"};
  decltype(::virConnectClose)* virConnectClose =
      library.function<decltype(::virConnectClose)>("virConnectClose");
  decltype(::virConnectGetType)* virConnectGetType =
      library.function<decltype(::virConnectGetType)>("virConnectGetType");
  decltype(::virConnectIsAlive)* virConnectIsAlive =
      library.function<decltype(::virConnectIsAlive)>("virConnectIsAlive");
  decltype(::virConnectOpen)* virConnectOpen =
      library.function<decltype(::virConnectOpen)>("virConnectOpen");
  decltype(::virDomainCreate)* virDomainCreate =
      library.function<decltype(::virDomainCreate)>("virDomainCreate");
  decltype(::virDomainDefineXML)* virDomainDefineXML =
      library.function<decltype(::virDomainDefineXML)>("virDomainDefineXML");
  decltype(::virDomainDestroy)* virDomainDestroy =
      library.function<decltype(::virDomainDestroy)>("virDomainDestroy");
  decltype(::virDomainFree)* virDomainFree =
      library.function<decltype(::virDomainFree)>("virDomainFree");
  decltype(::virDomainGetState)* virDomainGetState =
      library.function<decltype(::virDomainGetState)>("virDomainGetState");
  decltype(::virDomainGetUUIDString)* virDomainGetUUIDString =
      library.function<decltype(::virDomainGetUUIDString)>("virDomainGetUUIDString");
  decltype(::virDomainGetXMLDesc)* virDomainGetXMLDesc =
      library.function<decltype(::virDomainGetXMLDesc)>("virDomainGetXMLDesc");
  decltype(::virDomainIsActive)* virDomainIsActive =
      library.function<decltype(::virDomainIsActive)>("virDomainIsActive");
  decltype(::virDomainLookupByName)* virDomainLookupByName =
      library.function<decltype(::virDomainLookupByName)>("virDomainLookupByName");
  decltype(::virDomainShutdown)* virDomainShutdown =
      library.function<decltype(::virDomainShutdown)>("virDomainShutdown");
  decltype(::virGetLastErrorMessage)* virGetLastErrorMessage =
      library.function<decltype(::virGetLastErrorMessage)>("virGetLastErrorMessage");
  decltype(::virSetErrorFunc)* virSetErrorFunc =
      library.function<decltype(::virSetErrorFunc)>("virSetErrorFunc");
};
const Libvirt& libvirt() {
  static const Libvirt loaded;
  return loaded;
}

struct CloseConnection {
  void operator()(virConnect* connection) const { libvirt().virConnectClose(connection); }
};
struct FreeDomain {
  void operator()(virDomain* domain) const { libvirt().virDomainFree(domain); }
};
struct FreeText {
  void operator()(char* text) const { std::free(text); }
};
using Connection = std::unique_ptr<virConnect, CloseConnection>;
using Domain = std::unique_ptr<virDomain, FreeDomain>;
using Text = std::unique_ptr<char, FreeText>;

// The library would print each on its own.
void say_nothing(void*, virErrorPtr) {}

// virGetLastError is of this thread and of the last call alone.
[[noreturn]] void fail(Kind kind, const std::string& doing) {
  const char* why = libvirt().virGetLastErrorMessage();
  throw Error(kind, "libvirt cannot " + doing + ": " +
                        base::escape_for_terminal(why == nullptr ? "" : why));
}

// The `dev` of the first <boot> of a domain's XML, as libvirt writes it, and where all of them are.
const base::Regex& boot_element() {
  static const base::Regex element(R"(\n *<boot dev='(\w+)'/>)");
  return element;
}

const char* device_of(BootDevice device) {
  if (device == BootDevice::bios)
    throw Error(Kind::failed, "a virtual machine has no setup to boot into");
  return device == BootDevice::pxe ? "network" : "hd";
}

}  // namespace

struct LibvirtBmc::Parts {
  std::string uri, name;
  std::function<bool()> is_stopped;
  Connection connection;  // kept: some drivers forget everything with their last one

  Domain domain() {
    if (connection == nullptr || libvirt().virConnectIsAlive(connection.get()) != 1) {
      libvirt().virSetErrorFunc(nullptr, say_nothing);
      connection.reset(libvirt().virConnectOpen(uri.c_str()));
      if (!connection) fail(Kind::unreachable, "reach '" + uri + "'");
    }
    Domain found(libvirt().virDomainLookupByName(connection.get(), name.c_str()));
    if (!found) fail(Kind::failed, "find the domain '" + name + "'");
    return found;
  }

  // As it will be when it is started anew.
  std::string xml() {
    const Domain found = domain();
    // With its secrets: it is given back, and what is left out would be lost.
    constexpr unsigned flags = VIR_DOMAIN_XML_SECURE | VIR_DOMAIN_XML_INACTIVE;
    const Text text(libvirt().virDomainGetXMLDesc(found.get(), flags));
    if (!text) fail(Kind::failed, "describe the domain '" + name + "'");
    return text.get();
  }

  Power power() {
    const Domain found = domain();
    int state = VIR_DOMAIN_NOSTATE;
    if (libvirt().virDomainGetState(found.get(), &state, nullptr, 0) != 0)
      fail(Kind::failed, "tell the state of '" + name + "'");
    switch (state) {
      case VIR_DOMAIN_RUNNING:
      case VIR_DOMAIN_BLOCKED:
        return Power::on;
      case VIR_DOMAIN_SHUTOFF:
      case VIR_DOMAIN_CRASHED:
        return Power::off;
      default:
        return Power::unknown;
    }
  }

  void ask(PowerVerb verb) {
    const Domain found = domain();
    const bool is_active = libvirt().virDomainIsActive(found.get()) == 1;
    if (is_active == (verb == PowerVerb::on)) return;
    const int code = verb == PowerVerb::on    ? libvirt().virDomainCreate(found.get())
                     : verb == PowerVerb::off ? libvirt().virDomainDestroy(found.get())
                                              : libvirt().virDomainShutdown(found.get());
    if (code != 0) fail(Kind::failed, "do a " + std::string(name_of(verb)) + " of '" + name + "'");
  }

  std::optional<BootDevice> next_boot() {
    const std::string text = xml();
    const auto found = boot_element().search(text);
    const std::string device = found ? *base::group_text(*found, text, 1) : "";
    if (device == "network") return BootDevice::pxe;
    if (device == "hd") return BootDevice::disk;
    return std::nullopt;
  }

  void set_boot(BootDevice device) {
    const std::string first = device_of(device), text = xml();
    const std::string others = first == "hd" ? "" : "\n    <boot dev='hd'/>";
    const std::size_t end = text.find("\n  </os>");
    if (end == std::string::npos || text.find("<boot order=") != std::string::npos)
      throw Error(Kind::failed, "the domain '" + name + "' has an order of its own to boot in");
    std::string os = boot_element().replace(text.substr(0, end), "");
    os += "\n    <boot dev='" + first + "'/>" + others + text.substr(end);
    const Domain defined(libvirt().virDomainDefineXML(connection.get(), os.c_str()));
    if (!defined) fail(Kind::failed, "change the domain '" + name + "'");
  }

  Identity identity() {
    const Domain found = domain();
    char uuid[VIR_UUID_STRING_BUFLEN] = "";
    if (libvirt().virDomainGetUUIDString(found.get(), uuid) != 0)
      fail(Kind::failed, "tell the UUID of '" + name + "'");
    static const base::Regex serial("<entry name='serial'>([^<]*)</entry>");
    const std::string text = xml();
    const auto entry = serial.search(text);
    const char* type = libvirt().virConnectGetType(connection.get());
    return {.manufacturer = "libvirt",
            .model = type == nullptr ? "" : type,
            .serial = entry ? *base::group_text(*entry, text, 1) : "",
            .firmware = {}};
  }
};

namespace {

// What does not end keeps the parts; the next call makes itself new ones.
template <class Parts, class Body>
auto within(Bmc::Deadline deadline, std::shared_ptr<Parts>& parts, Body body) {
  const auto is_stopped = [&] { return parts->is_stopped && parts->is_stopped(); };
  if (is_stopped()) throw Error(Kind::stopped, "libvirt was not asked any more");
  std::packaged_task<decltype(body(*parts))()> task(
      [held = parts, body = std::move(body)] { return body(*held); });
  auto answer = task.get_future();
  std::thread(std::move(task)).detach();
  constexpr Bmc::Deadline glance{100};
  for (Bmc::Deadline left = deadline; left.count() > 0 && !is_stopped(); left -= glance)
    if (answer.wait_for(std::min(glance, left)) == std::future_status::ready) return answer.get();
  if (is_stopped()) throw Error(Kind::stopped, "the answer of libvirt was not waited for");
  parts = std::make_shared<Parts>(Parts{parts->uri, parts->name, parts->is_stopped, nullptr});
  throw Error(Kind::unreachable, "libvirt gave no answer within its deadline");
}

}  // namespace

LibvirtBmc::LibvirtBmc(std::string uri, std::string domain, std::function<bool()> is_stopped)
    : parts_(std::make_shared<Parts>(
          Parts{std::move(uri), std::move(domain), std::move(is_stopped), nullptr})) {}
LibvirtBmc::~LibvirtBmc() = default;

Power LibvirtBmc::power(Deadline deadline) {
  return within(deadline, parts_, [](Parts& parts) { return parts.power(); });
}

void LibvirtBmc::ask(PowerVerb verb, Deadline deadline) {
  within(deadline, parts_, [verb](Parts& parts) { parts.ask(verb); });
}

std::optional<BootDevice> LibvirtBmc::next_boot(Deadline deadline) {
  return within(deadline, parts_, [](Parts& parts) { return parts.next_boot(); });
}

void LibvirtBmc::ask_next_boot(BootDevice device, Deadline deadline) {
  within(deadline, parts_, [device](Parts& parts) { parts.set_boot(device); });
}

Identity LibvirtBmc::identity(Deadline deadline) {
  return within(deadline, parts_, [](Parts& parts) { return parts.identity(); });
}

// Without them, but it must be there.
std::vector<Sensor> LibvirtBmc::sensors(Deadline deadline) {
  power(deadline);
  return {};
}

std::vector<LogEntry> LibvirtBmc::event_log(Deadline deadline) {
  power(deadline);
  return {};
}

ConsoleCommand LibvirtBmc::console() {
  return {{"virsh", "-c", parts_->uri, "console", parts_->name}, {}};
}

// virsh wants a terminal: script(1) makes it one.
std::optional<ConsoleFeed> LibvirtBmc::console_feed() {
  std::string command = "exec";
  for (const std::string& word : console().argv) command += " " + base::shell_quote(word);
  return ConsoleFeed{.argv = {"script", "--quiet", "--return", "--flush", "--command", command,
                              "/dev/null"},
                     .is_there = "Escape character is",
                     .farewell = "\x1d",
                     .lament = "error: "};
}

}  // namespace provisioner::metal
