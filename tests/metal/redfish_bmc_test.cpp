#include "provisioner/machine/metal/redfish_bmc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "provisioner/base/base/error.h"
#include "provisioner/machine/metal/bmc_check.h"
#include "provisioner/machine/metal/boot_change.h"
#include "provisioner/machine/metal/open_bmc.h"
#include "tests/metal/redfish_double.h"

namespace provisioner::metal {
namespace {

using base::Error;
using base::Kind;
using testing::ElementsAre;
using testing::HasSubstr;
using tests::OwnCertificate;
using tests::RedfishDouble;
using value::Dict;

constexpr std::chrono::seconds redfish_deadline{20};
constexpr std::chrono::milliseconds soon{500};

class RedfishBmcTest : public testing::Test {
 protected:
  Access access(const RedfishDouble& one, const std::string& scheme = "redfish+http") const {
    return {.address = scheme + "://" + one.authority(),
            .user = "root",
            .password = base::Secret("calvin-of-the-double"),
            .state_directory = state_.path()};
  }
  std::unique_ptr<Bmc> open() const { return open_bmc(access(double_)); }
  // What asking for the power fails with.
  static Error failure_of(Bmc& bmc, Bmc::Deadline patience = redfish_deadline) {
    try {
      bmc.power(patience);
    } catch (const Error& error) {
      return error;
    }
    return Error(Kind::bug, "it did not fail");
  }

  os::TemporaryDirectory state_;
  RedfishDouble double_;
};

TEST_F(RedfishBmcTest, SwitchesAndTells) {
  const auto bmc = open();
  EXPECT_EQ(bmc->power(redfish_deadline), Power::off);
  bmc->ask(PowerVerb::on, redfish_deadline);
  EXPECT_TRUE(double_.is_on());
  EXPECT_EQ(bmc->power(redfish_deadline), Power::on);
  bmc->ask(PowerVerb::soft, redfish_deadline);
  EXPECT_EQ(bmc->power(redfish_deadline), Power::off);
}

TEST_F(RedfishBmcTest, LogsInOnceAndLogsOut) {
  {
    const auto bmc = open();
    bmc->power(redfish_deadline);
    bmc->power(redfish_deadline);
    EXPECT_EQ(double_.truth().find("sessions")->integer(), 1);
    EXPECT_EQ(double_.truth().find("logins")->integer(), 1);
  }
  EXPECT_EQ(double_.truth().find("sessions")->integer(), 0);
}

TEST_F(RedfishBmcTest, LogsOutAlsoWhereItIsStopped) {
  std::atomic<bool> is_stopped = false;
  {
    Access stoppable = access(double_);
    stoppable.is_stopped = [&] { return is_stopped.load(); };
    const auto bmc = open_bmc(stoppable);
    bmc->power(redfish_deadline);
    double_.fault(Dict{{"kind", "hang"}, {"after", 0}, {"for", 1}, {"seconds", 3}});
    const std::jthread signal([&] {
      real_pause()(soon);
      is_stopped = true;
    });
    EXPECT_EQ(failure_of(*bmc).kind(), Kind::stopped);
    EXPECT_EQ(failure_of(*bmc).kind(), Kind::stopped);
  }
  EXPECT_EQ(double_.truth().find("sessions")->integer(), 0);
}

TEST_F(RedfishBmcTest, LogsInAnewWhereItsSessionHasEnded) {
  const auto bmc = open();
  bmc->power(redfish_deadline);
  double_.set(Dict{{"sessions", Dict{}}});
  EXPECT_EQ(bmc->power(redfish_deadline), Power::off);
}

TEST_F(RedfishBmcTest, GoesByPasswordWhereThereAreNoSessions) {
  double_.set(Dict{{"has_sessions", false}});
  EXPECT_EQ(open()->power(redfish_deadline), Power::off);
}

TEST_F(RedfishBmcTest, GoesByPasswordWhereNoSessionIsLeft) {
  double_.fault(Dict{{"kind", "sessions"}, {"for", 100}, {"basic", true}});
  EXPECT_EQ(open()->power(redfish_deadline), Power::off);
}

TEST_F(RedfishBmcTest, SaysThatNoSessionIsLeft) {
  double_.fault(Dict{{"kind", "sessions"}, {"for", 2}, {"basic", false}});
  const auto bmc = open();
  for (int turn = 0; turn < 2; ++turn) {
    const Error error = failure_of(*bmc);
    EXPECT_EQ(error.kind(), Kind::unreachable);
    EXPECT_THAT(error.message(), HasSubstr("has no session left"));
  }
  EXPECT_EQ(bmc->power(redfish_deadline), Power::off);  // one has ended meanwhile
}

TEST_F(RedfishBmcTest, IsRefusedWithAWrongPasswordOnce) {
  Access wrong = access(double_);
  wrong.password = base::Secret("not-calvin");
  EXPECT_EQ(failure_of(*open_bmc(wrong)).kind(), Kind::refused);
  EXPECT_EQ(double_.truth().find("logins")->integer(), 1);
}

TEST_F(RedfishBmcTest, TakesHalfAnAnswerForNone) {
  for (const bool is_cut : {true, false}) {
    double_.fault(Dict{{"kind", "half"}, {"after", 0}, {"cut", is_cut}});
    EXPECT_EQ(failure_of(*open()).kind(), Kind::unreachable);
    double_.fault(Dict{{"kind", "half"}, {"after", 2}, {"cut", is_cut}});
    EXPECT_EQ(failure_of(*open()).kind(), Kind::unreachable);
  }
}

TEST_F(RedfishBmcTest, SaysThatTheBmcIsBusy) {
  double_.fault(Dict{{"kind", "busy"}, {"after", 0}});
  const auto bmc = open();
  const Error error = failure_of(*bmc);
  EXPECT_EQ(error.kind(), Kind::unreachable);
  EXPECT_EQ(error.message(), "'http://" + double_.authority() +
                                 "' is busy: HTTP 503: The service is temporarily unavailable");
}

TEST_F(RedfishBmcTest, WaitsForAllOfItsRequestsNoLongerThanTheDeadline) {
  double_.fault(Dict{{"kind", "hang"}, {"after", 2}, {"seconds", 30}});
  const auto bmc = open();
  EXPECT_EQ(failure_of(*bmc, soon).kind(), Kind::unreachable);
}

TEST_F(RedfishBmcTest, ChoosesAResetThatTheMachineHas) {
  double_.set(Dict{{"allowed", value::List{"ForceOn", "GracefulShutdown"}}});
  const auto bmc = open();
  bmc->ask(PowerVerb::on, redfish_deadline);
  EXPECT_TRUE(double_.is_on());
  bmc->ask(PowerVerb::soft, redfish_deadline);
  EXPECT_FALSE(double_.is_on());
  EXPECT_THROW(bmc->ask(PowerVerb::off, redfish_deadline), Error);
}

TEST_F(RedfishBmcTest, ReadsTheNextBootBack) {
  double_.set(Dict{{"needs_etag", true}});
  const auto bmc = open();
  EXPECT_EQ(bmc->next_boot(redfish_deadline), std::nullopt);
  change_next_boot(*bmc, BootDevice::pxe, {.whole = redfish_deadline});
  EXPECT_EQ(bmc->next_boot(redfish_deadline), BootDevice::pxe);
}

TEST_F(RedfishBmcTest, TellsWhatMachineItIs) {
  const Identity identity = open()->identity(redfish_deadline);
  EXPECT_EQ(identity.manufacturer + " " + identity.model + " " + identity.serial + " " +
                identity.firmware,
            "Example Double 1 SN-1 2.10");
}

TEST_F(RedfishBmcTest, ReadsSensorsOfBothKinds) {
  const auto names = [&] {
    std::vector<std::string> all;
    for (const auto& [name, reading, unit, state] : open()->sensors(redfish_deadline))
      all.push_back(name + " " + reading + " " + unit + " " + state);
    return all;
  };
  EXPECT_THAT(names(), ElementsAre("Inlet 23 Cel OK", "Fan 1 4200 RPM Warning", "PSU 1  W Absent"));
  double_.set(Dict{{"has_sensors", true}});
  EXPECT_THAT(names(), ElementsAre("Inlet 23.5 Cel OK"));
}

TEST_F(RedfishBmcTest, ReadsTheEventLogOldestFirst) {
  std::vector<std::string> all;
  for (const auto& [time, severity, text] : open()->event_log(redfish_deadline))
    all.push_back(time + " " + severity + " " + text);
  EXPECT_THAT(all, ElementsAre("2026-01-01T10:00:00Z OK Fan added",
                               "2026-02-02T10:00:00Z Critical Power lost"));
}

TEST_F(RedfishBmcTest, SaysWhatIsMissingForAConsole) {
  try {
    open()->console();
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), "Redfish has no console of its own");
  }
}

class RedfishTls : public RedfishBmcTest {
 protected:
  RedfishTls() : tls_({"--tls", certificate_.key(), certificate_.certificate()}) {}
  BmcReport check(const Access& one) const { return check_bmc(one, "SN-1", redfish_deadline); }

  OwnCertificate certificate_;
  RedfishDouble tls_;
};

TEST_F(RedfishTls, IsRefusedWhereNobodyVouchesForIt) {
  const BmcReport report = check(access(tls_, "redfish"));
  ASSERT_EQ(report.findings.size(), 2U);
  EXPECT_THAT(report.findings[0], HasSubstr("does not prove who it is"));
  EXPECT_THAT(report.findings[1], HasSubstr("it shows sha256//"));
  EXPECT_EQ(tls_.truth().find("requests")->integer(), 0);
}

TEST_F(RedfishTls, IsTakenWithItsPinAndRefusedWithAnother) {
  Access one = access(tls_, "redfish+https");
  one.verify_certificate = false;
  const std::string finding = check(one).findings.at(0);
  EXPECT_THAT(finding, HasSubstr("nothing proves that it is this BMC"));
  one.pinned_key = finding.substr(finding.find("sha256//"), 52);
  EXPECT_THAT(check(one).findings, ElementsAre());
  EXPECT_EQ(check(one).power, Power::off);

  const OwnCertificate other;
  tls_.fault(Dict{{"kind", "certificate"},
                  {"after", 0},
                  {"key", other.key()},
                  {"cert", other.certificate()}});
  EXPECT_EQ(failure_of(*open_bmc(one)).kind(), Kind::refused);
}

TEST_F(RedfishBmcTest, IsCheckedAgainstTheSerialNumber) {
  const BmcReport report = check_bmc(access(double_), "SN-2", redfish_deadline);
  EXPECT_THAT(report.findings,
              ElementsAre("the password travels in clear: redfish+http is for labs",
                          "its serial number is 'SN-1', the inventory says 'SN-2'"));
}

}  // namespace
}  // namespace provisioner::metal
