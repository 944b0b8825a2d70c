// Which way the kernel would send a packet: one question to rtnetlink(7), as `ip route get` asks.
#include <arpa/inet.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "provisioner/base/os/files.h"
#include "provisioner/node/host/system_queries.h"

namespace provisioner::host {
namespace {

struct Question {
  nlmsghdr header{};
  rtmsg route{};
  rtattr target{};
  std::array<unsigned char, sizeof(in6_addr)> address{};
};

// Nothing where the target is no address.
std::optional<Question> question_about(const std::string& target) {
  Question question;
  const bool is_ipv6 = target.find(':') != std::string::npos;
  const int family = is_ipv6 ? AF_INET6 : AF_INET;
  const std::size_t size = is_ipv6 ? sizeof(in6_addr) : sizeof(in_addr);
  if (::inet_pton(family, target.c_str(), question.address.data()) != 1) return std::nullopt;
  question.target.rta_type = RTA_DST;
  question.target.rta_len = static_cast<unsigned short>(RTA_LENGTH(size));
  question.route.rtm_family = static_cast<unsigned char>(family);
  question.route.rtm_dst_len = static_cast<unsigned char>(size * 8);
  question.header.nlmsg_type = RTM_GETROUTE;
  question.header.nlmsg_flags = NLM_F_REQUEST;
  question.header.nlmsg_len = static_cast<__u32>(NLMSG_LENGTH(sizeof(rtmsg)) + RTA_SPACE(size));
  return question;
}

std::string text_of(int family, const rtattr* attribute) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  return ::inet_ntop(family, RTA_DATA(attribute), text.data(), text.size()) ? text.data() : "";
}

Route route_from(const rtmsg& message, int length) {
  Route route;
  for (const rtattr* one = RTM_RTA(&message); RTA_OK(one, length); one = RTA_NEXT(one, length)) {
    if (one->rta_type == RTA_PREFSRC) route.source = text_of(message.rtm_family, one);
    if (one->rta_type == RTA_GATEWAY) route.gateway = text_of(message.rtm_family, one);
    if (one->rta_type != RTA_OIF) continue;
    int index = 0;
    std::memcpy(&index, RTA_DATA(one), sizeof index);
    std::array<char, IF_NAMESIZE> name{};
    if (::if_indextoname(static_cast<unsigned>(index), name.data())) route.interface = name.data();
  }
  return route;
}

}  // namespace

std::optional<Route> route_to(const std::string& target) {
  const auto question = question_about(target);
  if (!question) return std::nullopt;
  const os::Descriptor socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  if (!socket.is_open()) throw io_error("ask", "the kernel's routes", errno);
  alignas(nlmsghdr) std::array<char, 8192> answer{};
  if (::send(socket.number(), &*question, question->header.nlmsg_len, 0) < 0)
    throw io_error("ask", "the kernel's routes", errno);
  const ssize_t size = ::recv(socket.number(), answer.data(), answer.size(), 0);
  if (size < 0) throw io_error("ask", "the kernel's routes", errno);
  const auto* header = reinterpret_cast<const nlmsghdr*>(answer.data());
  if (!NLMSG_OK(header, static_cast<std::size_t>(size)) || header->nlmsg_type != RTM_NEWROUTE)
    return std::nullopt;  // an error: there is no way
  const auto* message = static_cast<const rtmsg*>(NLMSG_DATA(header));
  if (message->rtm_type != RTN_UNICAST) return std::nullopt;
  return route_from(*message, static_cast<int>(RTM_PAYLOAD(header)));
}

}  // namespace provisioner::host
