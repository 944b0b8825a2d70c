#pragma once

#include <gtest/gtest.h>

#include <string>

#include "provisioner/base/os/files.h"
#include "provisioner/base/value/json.h"
#include "provisioner/machine/reimage/job_desk.h"

namespace provisioner::reimage {

// A public key in wire form (RFC 4253, 6.6), as a line of its file.
inline constexpr const char* host_key =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIN6w8lV/STEDPTsjMBH9RjJv1J/Kglge4nOK0GaQ07uC root@n01";

// What n01 is to do.
inline BootOrder order(Errand errand) {
  BootOrder order;
  order.errand = errand;
  order.macs = {"00:00:5e:00:53:41", "00:00:5e:00:53:81"};
  order.address = "10.78.0.11/24";
  order.kernel = std::string(64, 'a');
  order.ram_disk = std::string(64, 'b');
  order.arguments = "console=ttyS0";
  order.deploy = value::Dict{{"host_name", "n01"}};
  return order;
}

// The desk of a boot service, and a node that tells it things.
class Desk : public testing::Test {
 protected:
  std::string state() const { return directory_.path() + "/state"; }
  std::int64_t begin(Errand errand) {
    records_.put_state({"n01", "armed", "the BMC is told", "alice@ctl1", {}});
    return jobs_.begin("n01", "7", to_value(order(errand)));
  }
  std::string boot_token() {
    return desk_.armed().front().script_path.substr(std::string("/boot/").size());
  }
  // The token that the boot script hands on to the RAM disk.
  std::string fetch_script() {
    const std::string script = desk_.boot_script(boot_token(), "10.78.0.11").body;
    const std::string mark = "provisioner.token=";
    return script.substr(script.find(mark) + mark.size(), 32);
  }
  http::Answer report(const std::string& stage, const std::string& token, value::Dict said) {
    return desk_.report(stage, token, value::write_json(value::Value(std::move(said))), "10.78.0.11");
  }
  static std::string next(const http::Answer& answer) {
    return value::text_or(value::read_json(answer.body), "token", "");
  }
  static std::string action(const http::Answer& answer) {
    return value::text_or(value::read_json(answer.body), "action", "");
  }
  std::string stage() const { return records_.state("n01")->state; }
  std::string last_line(const std::string& node) const {
    std::string last;
    records_.each_line(node, {}, [&](const store::NodeLine& line) { last = line.text; });
    return last;
  }

  os::TemporaryDirectory directory_;
  store::BootJobs jobs_ = store::BootJobs::open(state());
  store::NodeRecords records_ = store::NodeRecords::open(state());
  store::HostKeyStore keys_ = store::HostKeyStore::open(state());
  JobDesk desk_{state(), "http://10.78.0.1:8087", [](const std::string&) { return std::nullopt; }};
};

}  // namespace provisioner::reimage
