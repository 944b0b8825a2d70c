// Why a node did not come: what its flight recorder has of it, read as a person would.

#include "provisioner/machine/reimage/likely_cause.h"

#include <algorithm>
#include <array>

#include "provisioner/base/base/regex.h"
#include "provisioner/base/os/clock.h"

namespace provisioner::reimage {
namespace {

constexpr std::size_t most_quoted = 160;  // bytes of a line in a sentence

struct Sign {
  const char* words;  // a pattern
  const char* means;
};

// The first that fits counts, and of several lines the one whose sign comes first: a firmware that
// tries all its devices in vain ends with words of the last one. Codes of PXE: PXE specification
// 2.1, appendix, and Intel's list.
constexpr std::array signs = {
    Sign{"Unable to mount root fs|Cannot open root device",
         "its kernel found no root file system: is its disk's driver in the image?"},
    Sign{"[Ii]nitramfs unpacking failed", "its RAM disk came in pieces"},
    Sign{"Kernel panic", "its kernel panicked"},
    Sign{"grub rescue>", "GRUB found nothing to go on with: is this the disk that was written?"},
    Sign{"emergency mode|emergency shell|Give root password for maintenance",
         "its system stopped in emergency mode: something that it waits for is not there"},
    Sign{"^\\(initramfs\\)|Gave up waiting for root|ALERT!.*does not exist",
         "its new system found no root file system"},
    Sign{"ipxe\\.org/[0-9a-f]{6,}", "iPXE could not go on"},
    Sign{"PXE-E(?:51|52|53|16|18|55|21)",
         "its network card got no answer to go on with from DHCP: is the boot service in the "
         "network of this port?"},
    Sign{"PXE-E6[01]|PXE-E12", "its network card has no link: is the cable in?"},
    Sign{"PXE-E3[0-9]|PXE-E23", "its network card could not fetch its boot program by TFTP"},
    Sign{"PXE-E|PXE-M0F", "its network card gave up booting from the network"},
    Sign{"[Nn]o bootable (?:device|option)|[Nn]o boot device|[Bb]oot device not found|"
         "[Mm]issing operating system|[Oo]perating [Ss]ystem not found|not a bootable disk",
         "its firmware found nothing to boot from"},
    Sign{"Machine check|\\[Hardware Error\\]", "its hardware reports an error"},
};

// The place of the first sign that fits; their number for a line that says of no trouble.
std::size_t sign_in(std::string_view console_line) {
  static const std::vector<base::Regex> patterns = [] {
    std::vector<base::Regex> all;
    for (const Sign& sign : signs) all.emplace_back(sign.words);
    return all;
  }();
  const auto found = std::ranges::find_if(
      patterns, [&](const base::Regex& one) { return one.search(console_line).has_value(); });
  return static_cast<std::size_t>(found - patterns.begin());
}

// What somebody saw of the node, other than what we did to it.
bool is_sight(const store::NodeLine& line) {
  return line.source != "job" && line.source != "person" && line.source != "bmc";
}

bool is_script(const store::NodeLine& line) {
  return line.source == "http" && line.text.starts_with("boot script");
}

std::string quoted(const std::string& text) { return "'" + text.substr(0, most_quoted) + "'"; }

std::string cause_by_steps(const std::vector<store::NodeLine>& lines) {
  bool has_dhcp = false, has_script = false;
  std::string agent;
  for (const store::NodeLine& line : lines) {
    has_dhcp |= line.source == "dhcp";
    has_script |= is_script(line);
    if (line.source == "agent") agent = line.text;
  }
  if (!has_dhcp && !has_script)
    return "no DHCP request of it was seen: does it boot from this port, is the cable in, is the "
           "switch port in the boot network?";
  if (!has_script)
    return "it asked for an address, but never fetched its boot script: is HTTP to the boot "
           "service open?";
  if (agent.empty())
    return "it fetched its boot script, but the RAM disk never reported: does its kernel know the "
           "network port?";
  return "the last report of its RAM disk was '" + agent + "'";
}

}  // namespace

std::optional<std::string> trouble_in(std::string_view console_line) {
  const std::size_t sign = sign_in(console_line);
  return sign == signs.size() ? std::nullopt : std::optional<std::string>(signs[sign].means);
}

// A port that has no link is no trouble where the next one booted.
std::optional<std::string> trouble_on_console(const std::vector<store::NodeLine>& lines) {
  std::size_t worst = signs.size();
  std::string text;
  for (const store::NodeLine& line : lines) {
    const bool is_progress = is_script(line) || line.source == "agent" || line.source == "bmc";
    if (is_progress) worst = signs.size();
    const std::size_t sign = line.source == "console" ? sign_in(line.text) : signs.size();
    if (sign == signs.size() || sign > worst) continue;
    worst = sign;
    text = line.text;
  }
  if (worst == signs.size()) return std::nullopt;
  return std::string(signs[worst].means) + ": " + quoted(text);
}

std::string last_seen(const std::vector<store::NodeLine>& lines) {
  for (auto line = lines.rbegin(); line != lines.rend(); ++line)
    if (is_sight(*line))
      return "last seen at " + os::utc_text(line->time).substr(11, 8) + "Z by " + line->source +
             ": " + quoted(line->text);
  return "";
}

std::string likely_cause(const std::vector<store::NodeLine>& lines) {
  const auto trouble = trouble_on_console(lines);
  const std::string seen = last_seen(lines);
  return (trouble ? *trouble : cause_by_steps(lines)) + (seen.empty() ? "" : "; " + seen);
}

}  // namespace provisioner::reimage
