// Jobs whose node does not come: a boot weeks later must not be erased by what was approved then.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/os/files.h"
#include "provisioner/machine/reimage/job_desk.h"

namespace provisioner::reimage {
namespace {

class ForgottenJob : public testing::Test {
 protected:
  ForgottenJob() { records_.put_state({"n01", "armed", "the BMC is told", "alice@ctl1", {}}); }

  static value::Value write_order() {
    BootOrder order;
    order.errand = Errand::write;
    order.macs = {"00:00:5e:00:53:41"};
    order.address = "10.78.0.11/24";
    order.kernel = order.ram_disk = std::string(64, 'a');
    order.deploy = value::Dict{{"host_name", "n01"}};
    return to_value(order);
  }
  void begun_before(std::chrono::minutes age) {
    jobs_.take_up(job_, std::chrono::system_clock::now() - age);
  }
  http::Answer boot(const std::string& path) {
    return desk_.boot_script(path.substr(std::string("/boot/").size()), "10.78.0.11");
  }
  std::string stage() const { return records_.state("n01")->state; }

  os::TemporaryDirectory directory_;
  store::BootJobs jobs_ = store::BootJobs::open(directory_.path());
  store::NodeRecords records_ = store::NodeRecords::open(directory_.path());
  std::int64_t job_ = jobs_.begin("n01", "7", write_order());
  JobDesk desk_{directory_.path(), "http://10.78.0.1:8087",
                [](const std::string&) { return std::nullopt; }};
};

TEST_F(ForgottenJob, IsDisarmedAfterAnHour) {
  begun_before(std::chrono::minutes(59));
  const auto armed = desk_.armed();
  ASSERT_EQ(armed.size(), 1U);
  begun_before(std::chrono::minutes(61));

  EXPECT_TRUE(desk_.armed().empty());

  EXPECT_EQ(stage(), "failed");
  EXPECT_EQ(records_.state("n01")->detail,
            "nothing was heard of it for an hour, and its disk was not being written: disarmed");
  EXPECT_EQ(boot(armed.front().script_path).status, 403);
}

TEST_F(ForgottenJob, EndsWithoutAWordAboutANodeThatServes) {
  records_.put_state({"n01", "in service", "", "alice@ctl1", {}});
  begun_before(std::chrono::minutes(61));

  EXPECT_TRUE(desk_.armed().empty());
  EXPECT_EQ(stage(), "in service");
}

TEST_F(ForgottenJob, IsThatOfANodeWhichCameOnceAndWentSilent) {
  const auto before = std::chrono::system_clock::now() - std::chrono::hours(2);
  const auto half_an_hour = std::chrono::minutes(30);
  jobs_.use_token(jobs_.arm(job_, half_an_hour), "boot", "booted", half_an_hour);
  records_.put_state({"n01", "writing", "", "boot service", before});
  begun_before(std::chrono::hours(2));
  EXPECT_EQ(desk_.armed().size(), 1U);
  records_.put_state({"n01", "booting", "", "boot service", before});

  EXPECT_TRUE(desk_.armed().empty());
  EXPECT_EQ(stage(), "failed");
}

TEST_F(ForgottenJob, IsNoneWhereTheNodeCameLately) {
  EXPECT_EQ(boot(desk_.armed().front().script_path).status, 200);
  begun_before(std::chrono::hours(2));

  EXPECT_EQ(desk_.armed().size(), 1U);
  EXPECT_EQ(stage(), "booting");
}

}  // namespace
}  // namespace provisioner::reimage
