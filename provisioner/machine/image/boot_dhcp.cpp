// What dnsmasq is told, and what it says.

#include "provisioner/machine/image/boot_dhcp.h"

#include <string_view>
#include <utility>

#include "provisioner/base/base/regex.h"
#include "provisioner/base/base/text.h"

namespace provisioner::image {
namespace {

// A node's name as a tag of dnsmasq: its parser splits at commas, colons and blanks.
std::string tag_of(const std::string& node) {
  std::string tag = "node-";
  constexpr std::string_view plain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.";
  for (const char letter : node) tag += plain.find(letter) == plain.npos ? '_' : letter;
  return tag;
}

}  // namespace

std::string server_url(const BootPlace& place) {
  return "http://" + place.address + ":" + std::to_string(place.port);
}

std::string tftp_configuration(const BootPlace& place) {
  return "port=0\n"
         "interface=" + place.interface + "\n"
         "bind-dynamic\n"
         "pid-file=" + place.directory + "/tftp.pid\n"
         "enable-tftp\n"
         "tftp-root=" + place.directory + "/tftp\n"
         "tftp-secure\n";
}

std::string dhcp_configuration(const BootPlace& place) {
  const std::string& directory = place.directory;
  // Those that are no iPXE yet get one by TFTP: option 175 is iPXE's own, option 93 the firmware's
  // kind (RFC 4578: 7 and 9 are x86-64 UEFI). No router: a node that boots talks to us alone.
  const std::string text =
      "port=0\n"
      "interface=" + place.interface + "\n"
      "bind-dynamic\n"
      "no-ping\n"
      "pid-file=" + directory + "/dhcp.pid\n"
      "log-dhcp\n"
      "dhcp-leasefile=" + directory + "/leases\n"
      "dhcp-ignore=tag:!known\n"
      "dhcp-hostsfile=" + directory + "/hosts\n"
      "dhcp-optsfile=" + directory + "/options\n"
      "dhcp-option=3\n"
      "dhcp-option=6\n"
      "dhcp-match=set:ipxe,175\n"
      "dhcp-match=set:efi,option:client-arch,7\n"
      "dhcp-match=set:efi,option:client-arch,9\n"
      "dhcp-boot=tag:!ipxe,tag:!efi,undionly.kpxe,," + place.address + "\n"
      "dhcp-boot=tag:!ipxe,tag:efi,snponly.efi,," + place.address + "\n";
  // Without any menu dnsmasq is no proxy at all and has no port 4011: here is one for nobody.
  if (place.is_proxy)
    return text + "conf-file=" + directory + "/boots\n"
           "pxe-service=tag:nobody,x86PC,none\n"
           "dhcp-range=" + place.subnet + ",proxy," + place.netmask + "\n";
  // iPXE's ROM waits 16 s for an IPv6 router that never speaks.
  return text +
         "dhcp-authoritative\n"
         "dhcp-range=" + place.subnet + ",static," + place.netmask + ",1h\n"
         "enable-ra\n"
         "dhcp-range=::,constructor:" + place.interface + ",ra-only,64,1h\n"
         "ra-param=" + place.interface + ",10,60\n";
}

std::string dnsmasq_hosts(const std::vector<ArmedNode>& armed) {
  std::string text;
  for (const ArmedNode& node : armed)
    text += base::join(node.macs, ",") + ",set:" + tag_of(node.node) + "," + node.address + "\n";
  return text;
}

std::string dnsmasq_options(const BootPlace& place, const std::vector<ArmedNode>& armed) {
  std::string text;
  for (const ArmedNode& node : armed)
    text += "tag:" + tag_of(node.node) + ",tag:ipxe,option:bootfile-name,\"" + server_url(place) +
            node.script_path + "\"\n";
  return text;
}

std::string dnsmasq_boots(const BootPlace& place, const std::vector<ArmedNode>& armed) {
  std::string text;
  for (const ArmedNode& node : armed)
    text += "dhcp-boot=tag:" + tag_of(node.node) + ",tag:ipxe," + server_url(place) +
            node.script_path + ",," + place.address + "\n";
  return text;
}

std::optional<DhcpLine> read_dhcp_line(const std::string& line) {
  static const base::Regex dhcp(R"(dnsmasq-dhcp(?:\[\d+\])?: (?:\d+ )?)"
                                R"(((?:DHCP[A-Z]+|PXE)\(\S+\).*?)"
                                R"(((?:[0-9a-f]{2}:){5}[0-9a-f]{2}).*))");
  static const base::Regex tftp(R"(dnsmasq-tftp(?:\[\d+\])?: (.* to (\d+\.\d+\.\d+\.\d+).*))");
  for (const auto& [pattern, source] : {std::pair{&dhcp, "dhcp"}, std::pair{&tftp, "tftp"}}) {
    const auto match = pattern->search(line);
    if (match)
      return DhcpLine{*base::group_text(*match, line, 2), source,
                      *base::group_text(*match, line, 1)};
  }
  return std::nullopt;
}

}  // namespace provisioner::image
