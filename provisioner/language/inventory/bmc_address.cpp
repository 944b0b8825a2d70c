// The URL of a BMC.

#include "provisioner/language/inventory/bmc_address.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <vector>

#include "provisioner/base/base/edit_distance.h"
#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/language/inventory/addresses.h"

namespace provisioner::inventory {
namespace {

using base::Error;
using base::Kind;
using Words = std::map<std::string, std::string>;

// RMCP+ cipher suites without authentication or without secrecy are no choice: suite 0 lets anybody
// in (CVE-2013-4782).
const std::vector<std::string> ciphers = {"3", "8", "12", "17"};
constexpr double longest_pause = 60;  // seconds
constexpr int largest_port = 65'535;

// Names of hosts are in ASCII (RFC 1123); one of another script is written as xn-- (RFC 5890).
void require_host(const Url& url, const std::string& text) {
  const auto is_of_one = [](char letter) { return letter > ' ' && letter < '\x7f'; };
  if (!std::ranges::all_of(url.host, is_of_one))
    throw Error(Kind::input, "the host in the BMC's URL '" + base::escape_for_terminal(text) +
                                 "' is no name of the network, which are in ASCII");
}

void require_port(const Url& url, const std::string& text) {
  if (url.port.empty()) return;
  const int port = std::stoi(url.port);  // of five digits at most
  if (port < 1 || port > largest_port)
    throw Error(Kind::input, "the port in the BMC's URL '" + text + "' must be 1 to " +
                                 std::to_string(largest_port) + ", not " + url.port);
}

Words words_of(const std::string& query) {
  Words words;
  if (query.empty()) return words;
  for (const std::string& word : base::split(query, '&')) {
    const std::size_t equals = std::min(word.find('='), word.size());
    words[word.substr(0, equals)] = word.substr(std::min(equals + 1, word.size()));
  }
  return words;
}

void require_known(const Words& words, const std::vector<std::string>& known,
                   const std::string& url) {
  for (const auto& [name, text] : words)
    if (std::ranges::find(known, name) == known.end())
      throw Error(Kind::input, "the BMC's URL '" + url + "' has an unknown word '" + name + "'")
          .set_hint("known here are " + base::join(known, ", "));
}

std::chrono::milliseconds pause_of(const Words& words, std::chrono::milliseconds otherwise,
                                   const std::string& url) {
  const auto word = words.find("pause");
  if (word == words.end()) return otherwise;
  double seconds = -1;
  const std::string& text = word->second;
  const char* const end = text.data() + text.size();
  const auto [stop, code] = std::from_chars(text.data(), end, seconds);
  if (code != std::errc() || stop != end || !(seconds >= 0 && seconds <= longest_pause))
    throw Error(Kind::input, "the pause in the BMC's URL '" + url +
                                 "' must be seconds, at most 60, not '" + text + "'");
  return std::chrono::milliseconds(static_cast<long>(seconds * 1000));
}

void read_ipmi(BmcAddress& address, const Words& words, const std::string& url) {
  require_known(words, {"cipher", "pause"}, url);
  address.pause = pause_of(words, std::chrono::seconds(5), url);
  const auto word = words.find("cipher");
  if (word == words.end()) return;
  if (std::ranges::find(ciphers, word->second) == ciphers.end())
    throw Error(Kind::input, "the BMC's URL '" + url + "' wants cipher suite '" + word->second +
                                 "', which is none that keeps a secret")
        .set_hint("choose of " + base::join(ciphers, ", "));
  address.cipher = std::stoi(word->second);
}

void read_libvirt(BmcAddress& address, const Words& words, const std::string& url) {
  require_known(words, {"uri"}, url);
  const auto word = words.find("uri");
  address.uri = word == words.end() ? "qemu:///system" : word->second;
}

}  // namespace

std::string BmcAddress::authority() const {
  const std::string name = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return port.empty() ? name : name + ":" + port;
}

std::string BmcAddress::key() const {
  return driver == Driver::libvirt ? uri + " " + host : base::lower_case(authority());
}

BmcAddress read_bmc_address(const std::string& text) {
  const auto url = read_url(text);
  if (!url) throw Error(Kind::input, "the BMC's address is no URL without a user");
  BmcAddress address{.host = url->host, .port = url->port, .path = url->path};
  if (url->scheme != "libvirt") require_host(*url, text);
  require_port(*url, text);
  const Words words = words_of(url->query);
  if (url->scheme == "ipmi") {
    address.driver = BmcAddress::Driver::ipmi;
    read_ipmi(address, words, text);
  } else if (url->scheme == "libvirt") {
    address.driver = BmcAddress::Driver::libvirt;
    read_libvirt(address, words, text);
  } else if (url->scheme == "redfish" || url->scheme == "redfish+https" ||
             url->scheme == "redfish+http") {
    address.has_tls = url->scheme != "redfish+http";
    require_known(words, {"pause"}, text);
    address.pause = pause_of(words, std::chrono::milliseconds(0), text);
  } else {
    throw Error(Kind::input, "there is no BMC driver for '" + url->scheme + "://'")
        .set_hint("there are redfish, redfish+https, redfish+http, ipmi and libvirt");
  }
  return address;
}

}  // namespace provisioner::inventory
