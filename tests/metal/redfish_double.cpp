#include "tests/metal/redfish_double.h"

#include <unistd.h>

#include <array>

#include "provisioner/base/http/client.h"
#include "provisioner/base/value/json.h"

namespace provisioner::tests {
namespace {

os::Child started(const std::vector<std::string>& words) {
  std::vector<std::string> argv = {"python3", PROJECT_DIRECTORY "/tests/support/redfish_double.py"};
  argv.insert(argv.end(), words.begin(), words.end());
  return os::spawn({.argv = argv});
}

std::string line_of(os::Descriptor& output) {
  std::string line;
  char byte = 0;
  while (::read(output.number(), &byte, 1) == 1 && byte != '\n') line += byte;
  return line;
}

}  // namespace

RedfishDouble::RedfishDouble(std::vector<std::string> words)
    : has_tls_(std::ranges::find(words, "--tls") != words.end()),
      program_(started(words)),
      port_(line_of(program_.output())) {}

std::string RedfishDouble::url() const {
  return (has_tls_ ? "https://" : "http://") + authority() + "/double";
}

void RedfishDouble::set(const value::Value& attributes) const {
  http::Client({.verifies = false})
      .send({.method = http::Method::post, .url = url(), .body = value::write_json(attributes)});
}

void RedfishDouble::fault(value::Dict one) const {
  set(value::Dict{{"faults", value::List{value::Value(std::move(one))}}});
}

value::Value RedfishDouble::truth() const {
  return value::read_json(http::Client({.verifies = false}).send({.url = url()}).body);
}

bool RedfishDouble::is_on() const { return value::text_or(truth(), "power", "") == "On"; }

OwnCertificate::OwnCertificate() {
  os::run_checked({.argv = {"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                            "ec_paramgen_curve:P-256", "-nodes", "-days", "1", "-subj", "/CN=bmc",
                            "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key(), "-out",
                            certificate()}});
}

}  // namespace provisioner::tests
