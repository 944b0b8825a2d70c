// One link with one address: what the boot service is reached by.
#include "provisioner/node/deploy/link.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <system_error>
#include <thread>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/os/files.h"

namespace provisioner::deploy {
namespace {

using base::Error;
using base::Kind;

constexpr std::chrono::milliseconds glance{100};
const std::string links = "/sys/class/net/";

Error failed(const std::string& doing, int number) {
  return Error(Kind::failed, fmt::format("cannot {}: {}", doing,
                                         std::generic_category().message(number)));
}

struct Address {
  int family = AF_INET;
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  std::size_t size = sizeof(in_addr);
  unsigned char prefix = 0;
};

// "192.0.2.31/24", "2001:db8::1"; without a prefix it is a single address.
Address address_from(const std::string& text) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  const std::string host = text.substr(0, slash);
  Address address;
  if (host.find(':') != std::string::npos) {
    address.family = AF_INET6;
    address.size = sizeof(in6_addr);
  }
  unsigned prefix = static_cast<unsigned>(address.size * 8);
  bool is_good = ::inet_pton(address.family, host.c_str(), address.bytes.data()) == 1;
  if (slash < text.size()) {
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data() + slash + 1, end, prefix);
    is_good = is_good && read.ec == std::errc() && read.ptr == end && prefix <= address.size * 8;
  }
  if (!is_good) throw Error(Kind::input, "'" + text + "' is no address");
  address.prefix = static_cast<unsigned char>(prefix);
  return address;
}

// A request to rtnetlink(7): a fixed part, then attributes.
class Request {
 public:
  template <class Fixed>
  Request(std::uint16_t type, std::uint16_t flags, const Fixed& fixed) {
    nlmsghdr head{};
    head.nlmsg_type = type;
    head.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | NLM_F_ACK | flags);
    append(&head, sizeof head);
    append(&fixed, sizeof fixed);
  }

  Request& add(std::uint16_t type, const void* content, std::size_t size) {
    const rtattr head{static_cast<unsigned short>(RTA_LENGTH(size)), type};
    append(&head, sizeof head);
    append(content, size);
    return *this;
  }

  // The kernel answers at once. Throws Error(failed) that says what was being done.
  void send(const std::string& doing) {
    const auto length = static_cast<std::uint32_t>(bytes_.size());
    std::memcpy(bytes_.data(), &length, sizeof length);
    const os::Descriptor socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
    if (!socket.is_open() || ::send(socket.number(), bytes_.data(), bytes_.size(), 0) < 0)
      throw failed(doing, errno);
    alignas(nlmsghdr) std::array<char, 4096> answer{};
    const ssize_t size = ::recv(socket.number(), answer.data(), answer.size(), 0);
    if (size < static_cast<ssize_t>(NLMSG_LENGTH(sizeof(nlmsgerr))))
      throw failed(doing, size < 0 ? errno : EIO);
    nlmsgerr said{};
    std::memcpy(&said, answer.data() + NLMSG_HDRLEN, sizeof said);
    if (said.error != 0) throw failed(doing, -said.error);
  }

 private:
  // Each piece begins at a multiple of four.
  void append(const void* piece, std::size_t size) {
    bytes_.append(static_cast<const char*>(piece), size);
    bytes_.resize(NLMSG_ALIGN(bytes_.size()), '\0');
  }

  std::string bytes_;
};

std::string line_of(const std::string& path) {
  try {
    return std::string(base::trim(os::read_file(path).value_or("")));
  } catch (const Error&) {
    return "";  // the carrier of a link that is down cannot be read
  }
}

// A bridge or a bond has the MAC of a link in it.
std::optional<std::string> link_with(const std::string& mac) {
  for (const std::string& name : os::entries(links))
    if (line_of(links + name + "/address") == mac && !os::exists(links + name + "/bridge") &&
        !os::exists(links + name + "/bonding"))
      return name;
  return std::nullopt;
}

std::string all_links() {
  std::vector<std::string> words;
  for (const std::string& name : os::entries(links))
    words.push_back(name + " " + line_of(links + name + "/address"));
  return words.empty() ? "none" : base::join(words, ", ");
}

template <class Condition>
bool wait_for(os::Instant end, Condition condition) {
  while (!condition()) {
    if (os::system_clock().now() >= end) return false;
    std::this_thread::sleep_for(glance);
  }
  return true;
}

void set_up(unsigned index, const std::string& name) {
  ifinfomsg link{};
  link.ifi_index = static_cast<int>(index);
  link.ifi_flags = link.ifi_change = IFF_UP;
  Request(RTM_NEWLINK, 0, link).send("set the link '" + name + "' up");
}

void add_address(unsigned index, const std::string& text) {
  const Address address = address_from(text);
  ifaddrmsg head{};
  head.ifa_family = static_cast<unsigned char>(address.family);
  head.ifa_prefixlen = address.prefix;
  head.ifa_index = index;
  if (address.family == AF_INET6) head.ifa_flags = IFA_F_NODAD;  // it is used at once
  Request(RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, head)
      .add(IFA_LOCAL, address.bytes.data(), address.size)
      .add(IFA_ADDRESS, address.bytes.data(), address.size)
      .send("give the address '" + text + "'");
}

void add_gateway(unsigned index, const std::string& text) {
  const Address gateway = address_from(text);
  rtmsg head{};
  head.rtm_family = static_cast<unsigned char>(gateway.family);
  head.rtm_table = RT_TABLE_MAIN;
  head.rtm_protocol = RTPROT_STATIC;
  head.rtm_scope = RT_SCOPE_UNIVERSE;
  head.rtm_type = RTN_UNICAST;
  Request(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, head)
      .add(RTA_GATEWAY, gateway.bytes.data(), gateway.size)
      .add(RTA_OIF, &index, sizeof index)
      .send("set the gateway '" + text + "'");
}

// Those with hardware behind them.
std::vector<std::string> real_links() {
  std::vector<std::string> names;
  for (const std::string& name : os::entries(links))
    if (os::exists(links + name + "/device")) names.push_back(name);
  return names;
}

}  // namespace

void bring_up_other_links(std::chrono::milliseconds deadline,
                          const std::function<void(const std::string&)>& say) {
  const std::vector<std::string> names = real_links();
  for (const std::string& name : names) {
    try {
      set_up(::if_nametoindex(name.c_str()), name);
    } catch (const Error& error) {
      say(error.message());
    }
  }
  wait_for(os::system_clock().now() + deadline, [&] {
    return std::ranges::all_of(names, [](const std::string& name) {
      return line_of(links + name + "/carrier") == "1";
    });
  });
}

std::string bring_up_link(const KernelWords& words, std::chrono::milliseconds deadline) {
  const os::Instant end = os::system_clock().now() + deadline;
  std::optional<std::string> name;
  if (!wait_for(end, [&] { return (name = link_with(words.mac)).has_value(); }))
    throw Error(Kind::failed, fmt::format("no link has the MAC '{}'; there are: {}", words.mac,
                                          all_links()))
        .set_hint("is its driver among the RAM disk's modules?");
  const unsigned index = ::if_nametoindex(name->c_str());
  set_up(index, *name);
  const std::string carrier = links + *name + "/carrier";
  if (!wait_for(end, [&] { return line_of(carrier) == "1"; }))
    throw Error(Kind::failed, fmt::format("the link '{}' with the MAC '{}' has no carrier", *name,
                                          words.mac));
  add_address(index, words.address);
  if (!words.gateway.empty()) add_gateway(index, words.gateway);
  return *name;
}

}  // namespace provisioner::deploy
