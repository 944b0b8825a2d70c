#pragma once

#include <string>
#include <vector>

#include "provisioner/base/os/files.h"
#include "provisioner/base/os/process.h"
#include "provisioner/base/value/value.h"

namespace provisioner::tests {

// tests/support/redfish_double.py, for as long as this lives.
class RedfishDouble {
 public:
  explicit RedfishDouble(std::vector<std::string> words = {});

  std::string authority() const { return "127.0.0.1:" + port_; }
  void set(const value::Value& attributes) const;
  void fault(value::Dict one) const;  // the only one from now on
  value::Value truth() const;
  bool is_on() const;

 private:
  std::string url() const;

  bool has_tls_;
  os::Child program_;
  std::string port_;
};

// Key and certificate of its own for 127.0.0.1, in files that go with this.
class OwnCertificate {
 public:
  OwnCertificate();
  std::string key() const { return folder_.path() + "/key.pem"; }
  std::string certificate() const { return folder_.path() + "/cert.pem"; }

 private:
  os::TemporaryDirectory folder_;
};

}  // namespace provisioner::tests
