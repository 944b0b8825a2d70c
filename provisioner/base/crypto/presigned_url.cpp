// AWS signature version 4 in a URL's query.

#include "provisioner/base/crypto/presigned_url.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

#include "provisioner/base/base/error.h"
#include "provisioner/base/base/text.h"
#include "provisioner/base/crypto/digest.h"

namespace provisioner::crypto {
namespace {

using base::Error;
using base::Kind;

std::string authenticated(const std::string& key, const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> code{};
  unsigned length = 0;
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(text.data()), text.size(), code.data(),
           &length) == nullptr)
    throw Error(Kind::bug, "HMAC-SHA256 gave no answer");
  return {reinterpret_cast<const char*>(code.data()), length};
}

// As the signature wants it: all but letters, digits and -._~, in upper-case hex.
std::string escaped(const std::string& text, bool keeps_slashes) {
  std::string out;
  for (const char letter : text) {
    const bool is_plain = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                          (letter >= '0' && letter <= '9') || letter == '-' || letter == '.' ||
                          letter == '_' || letter == '~' || (keeps_slashes && letter == '/');
    out += is_plain ? std::string(1, letter)
                    : fmt::format("%{:02X}", static_cast<unsigned char>(letter));
  }
  return out;
}

// "example.org:9000" of "https://example.org:9000/".
std::string host_of(const std::string& url) {
  for (const std::string scheme : {"https://", "http://"})
    if (url.starts_with(scheme)) {
      const std::string rest = url.substr(scheme.size());
      const std::string host = rest.substr(0, rest.find('/'));
      if (!host.empty()) return host;
    }
  throw Error(Kind::input, "'" + url + "' is no URL of an object store")
      .set_hint("a URL such as https://s3.example.org");
}

struct Moment {
  std::string day, time;  // "20130524", "20130524T000000Z"
};

Moment moment_of(std::chrono::sys_seconds at) {
  const auto midnight = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(midnight);
  const std::chrono::hh_mm_ss clock(at - midnight);
  const std::string day =
      fmt::format("{:04}{:02}{:02}", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return {day, fmt::format("{}T{:02}{:02}{:02}Z", day, clock.hours().count(),
                           clock.minutes().count(), clock.seconds().count())};
}

}  // namespace

std::string presigned_url(const std::string& method, const ObjectPlace& place, const ObjectKey& key,
                          std::chrono::sys_seconds from, std::chrono::seconds life) {
  const std::string host = host_of(place.url);
  const std::string path =
      escaped("/" + place.bucket + (place.name.empty() ? "" : "/" + place.name), true);
  const Moment moment = moment_of(from);
  const std::string scope = moment.day + "/" + place.region + "/s3/aws4_request";
  const std::string query =
      "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=" + escaped(key.id + "/" + scope, false) +
      "&X-Amz-Date=" + moment.time + "&X-Amz-Expires=" + std::to_string(life.count()) +
      "&X-Amz-SignedHeaders=host";
  const std::string request =
      method + "\n" + path + "\n" + query + "\nhost:" + host + "\n\nhost\nUNSIGNED-PAYLOAD";
  std::string signing = "AWS4" + std::string(key.secret.reveal());
  for (const std::string& part :
       {moment.day, place.region, std::string("s3"), std::string("aws4_request")})
    signing = authenticated(signing, part);
  const std::string signature = base::hex(authenticated(
      signing, "AWS4-HMAC-SHA256\n" + moment.time + "\n" + scope + "\n" + sha256(request)));
  return place.url.substr(0, place.url.find(host) + host.size()) + path + "?" + query +
         "&X-Amz-Signature=" + signature;
}

}  // namespace provisioner::crypto
