#include "provisioner/machine/metal/power_change.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "provisioner/machine/metal/boot_change.h"
#include "tests/metal/fake_bmc.h"

namespace provisioner::metal {
namespace {

using base::Error;
using base::Kind;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::SizeIs;

class PowerChangeTest : public testing::Test {
 protected:
  PowerOutcome bring(PowerWish wish) {
    return PowerChange(bmc, patience, clock, clock.pause()).bring(wish);
  }
  PowerOutcome look() { return PowerChange(bmc, patience, clock, clock.pause()).look(); }
  seconds gone() const { return std::chrono::round<seconds>(clock.now() - begin); }

  FakeClock clock;
  const os::Instant begin = clock.now();
  FakeBmc bmc{clock};
  Patience patience;
};

TEST_F(PowerChangeTest, EndsOnceTheBmcSaysThatItIsSo) {
  bmc.takes = seconds(10);
  const PowerOutcome outcome = bring(PowerWish::on);
  EXPECT_TRUE(outcome.is_as_wished);
  EXPECT_EQ(outcome.power, Power::on);
  EXPECT_THAT(bmc.asked, ElementsAre(PowerVerb::on));
  EXPECT_GE(gone(), seconds(10));
  EXPECT_LE(gone(), seconds(13));
}

// As a signal would: at the time that is given, whoever waits or asks goes on no more.
TEST_F(PowerChangeTest, IsStoppedBeforeItAskedForAnything) {
  patience.is_stopped = [] { return true; };
  const PowerOutcome outcome = bring(PowerWish::off);
  EXPECT_EQ(outcome.because->render(), "error: stopped: it was asked for nothing");
  EXPECT_TRUE(bmc.asked.empty());
}

TEST_F(PowerChangeTest, TellsWhoeverStopsItThatTheOrderMayHaveBeenTaken) {
  bmc.silent = 100;
  patience.is_stopped = [this] { return clock.now() - begin > seconds(15); };
  const PowerOutcome outcome = bring(PowerWish::off);
  EXPECT_FALSE(outcome.is_as_wished);
  EXPECT_EQ(outcome.because->kind(), Kind::stopped);
  EXPECT_EQ(outcome.because->render(),
            "error: stopped: the power-off may have been taken, or not\n"
            "hint: look with: provisioner power NODE status");
}

TEST_F(PowerChangeTest, TellsWhoeverStopsACycleInItsMiddleThatTheMachineIsOff) {
  bmc.real = Power::on;
  patience.is_stopped = [this] { return clock.now() - begin > seconds(3); };
  const PowerOutcome outcome = bring(PowerWish::cycle);
  EXPECT_FALSE(outcome.is_as_wished);
  EXPECT_EQ(outcome.power, Power::off);
  EXPECT_EQ(outcome.because->render(),
            "error: stopped: it is off now\n"
            "hint: switch it on again: provisioner power NODE on");
  EXPECT_THAT(bmc.asked, ElementsAre(PowerVerb::off));
}

TEST_F(PowerChangeTest, KeepsTheLastRealFailureWhereItsTurnDoesNotCome) {
  bmc.silent = 1;
  bmc.too_early = 100;
  patience.whole = seconds(30);
  EXPECT_EQ(look().because->message(),
            "the BMC gave no answer that counts within 30 s: the BMC is silent");
}

TEST_F(PowerChangeTest, DoesNotSayAgainWhatIsWrongInItself) {
  bmc.has_wrong_address = true;
  EXPECT_EQ(look().because->message(), "an address is no URL");
  EXPECT_LE(gone(), seconds(1));
}

// The BMC may still tell of a time before somebody else switched it.
TEST_F(PowerChangeTest, AsksAlsoForWhatIsSaidToBeSo) {
  bmc.real = Power::on;
  EXPECT_TRUE(bring(PowerWish::on).is_as_wished);
  EXPECT_THAT(bmc.asked, ElementsAre(PowerVerb::on));
}

TEST_F(PowerChangeTest, SaysWhatWasTakenAndIgnored) {
  bmc.real = Power::on;
  bmc.deaf = 100;
  const PowerOutcome outcome = bring(PowerWish::off);
  EXPECT_FALSE(outcome.is_as_wished);
  EXPECT_EQ(outcome.power, Power::on);
  EXPECT_EQ(outcome.because->message(), "power-off accepted, still on after 60 s");
  EXPECT_THAT(bmc.asked, SizeIs(1));
  EXPECT_EQ(gone(), seconds(60));
}

TEST_F(PowerChangeTest, SaysAnewWhatGotNoAnswer) {
  bmc.silent = 1;
  EXPECT_TRUE(bring(PowerWish::on).is_as_wished);
  EXPECT_THAT(bmc.asked, SizeIs(2));
}

TEST_F(PowerChangeTest, SaysAnewWhatWasRefused) {
  bmc.stubborn = 2;
  EXPECT_TRUE(bring(PowerWish::on).is_as_wished);
  EXPECT_THAT(bmc.asked, SizeIs(3));
}

TEST_F(PowerChangeTest, TellsWhatTheBmcSaysAgainstIt) {
  bmc.stubborn = 100;
  EXPECT_EQ(bring(PowerWish::on).because->message(),
            "power-on refused, still off after 60 s (not in this state)");
}

TEST_F(PowerChangeTest, TakesNoStateOfBeforeTheSilence) {
  bmc.real = Power::on;
  bmc.deaf = 1;
  PowerChange change(bmc, patience, clock, [&](milliseconds time) {
    clock.pass(time);
    bmc.silent = 100;
  });
  const PowerOutcome outcome = change.bring(PowerWish::off);
  EXPECT_THAT(bmc.said, ElementsAre(Power::on));
  EXPECT_EQ(outcome.power, Power::unknown);
  EXPECT_EQ(outcome.because->kind(), Kind::unreachable);
  EXPECT_EQ(outcome.because->message(),
            "the BMC gave no answer that counts within 60 s: the BMC is silent");
}

TEST_F(PowerChangeTest, TakesNoStateOfAfterTheDeadline) {
  bmc.answers_in = seconds(61);
  const PowerOutcome outcome = look();
  EXPECT_EQ(outcome.power, Power::unknown);
  EXPECT_FALSE(outcome.is_as_wished);
}

TEST_F(PowerChangeTest, DoesNotTryARefusedPasswordAgain) {
  bmc.takes_password = false;
  for (const PowerWish wish : {PowerWish::on, PowerWish::off, PowerWish::cycle}) {
    bmc.asked.clear();
    const PowerOutcome outcome = bring(wish);
    EXPECT_EQ(outcome.because->message(), "the BMC does not take the password");
    EXPECT_EQ(outcome.power, Power::unknown);
    EXPECT_THAT(bmc.asked, SizeIs(1));
  }
  EXPECT_EQ(look().because->kind(), Kind::refused);
}

TEST_F(PowerChangeTest, CyclesByOffAndOn) {
  bmc.real = Power::on;
  bmc.takes = seconds(40);
  const PowerOutcome outcome = bring(PowerWish::cycle);
  EXPECT_TRUE(outcome.is_as_wished);
  EXPECT_EQ(outcome.power, Power::on);
  EXPECT_THAT(bmc.asked, ElementsAre(PowerVerb::off, PowerVerb::on));
  EXPECT_GE(gone(), seconds(85));
}

TEST_F(PowerChangeTest, SwitchesNothingOnThatDidNotGoOff) {
  bmc.real = Power::on;
  bmc.deaf = 1;
  const PowerOutcome outcome = bring(PowerWish::cycle);
  EXPECT_THAT(bmc.asked, ElementsAre(PowerVerb::off));
  EXPECT_EQ(outcome.because->hint(),
            "it was not switched on again: see 'power NODE status' first");
}

TEST_F(PowerChangeTest, ShutsDownAlsoWhatIsSaidToBeOff) {
  bmc.real = Power::on;
  bmc.is_stale = seconds(10);
  EXPECT_EQ(bring(PowerWish::soft).power, Power::off);
  EXPECT_THAT(bmc.asked, ElementsAre(PowerVerb::soft));
  bmc.stubborn = 100;  // as many are for a machine that is off
  EXPECT_TRUE(bring(PowerWish::soft).is_as_wished);
}

TEST_F(PowerChangeTest, LooksUntilTheBmcSaysOnOrOff) {
  bmc.real = Power::unknown;
  EXPECT_EQ(look().because->message(), "the BMC says neither on nor off after 60 s");
}

// Whatever goes wrong: it ends in time, and says nothing that the BMC did not say last.
TEST_F(PowerChangeTest, NeverTellsAStateThatWasNotSaid) {
  constexpr std::array wishes = {PowerWish::on, PowerWish::off, PowerWish::cycle, PowerWish::soft};
  for (unsigned seed = 0; seed < 3000; ++seed) {
    std::mt19937 random(seed);
    const auto upto = [&](int most) { return static_cast<int>(random() % (most + 1U)); };
    FakeBmc one(clock);
    one.real = upto(1) == 0 ? Power::on : Power::off;
    one.answers_in = milliseconds(upto(3000));
    one.takes = seconds(upto(90));
    one.is_stale = seconds(upto(1) * upto(90));
    one.silent = upto(2) * upto(3);
    one.deaf = upto(1);
    one.stubborn = upto(2);
    one.does_before_silence = upto(1) == 0;
    const os::Instant start = clock.now();
    const PowerWish wish = wishes[static_cast<std::size_t>(upto(3))];
    const PowerOutcome outcome = PowerChange(one, patience, clock, clock.pause()).bring(wish);
    const seconds most = (wish == PowerWish::cycle ? 2 : 1) * seconds(64) + seconds(5);
    EXPECT_LE(clock.now() - start, most) << seed;
    EXPECT_EQ(outcome.is_as_wished, !outcome.because.has_value()) << seed;
    if (outcome.power == Power::unknown) continue;
    ASSERT_FALSE(one.said.empty()) << seed;
    EXPECT_EQ(outcome.power, one.said.back()) << seed;
  }
}

class BootChangeTest : public PowerChangeTest {
 protected:
  void change(BootDevice device) {
    change_next_boot(bmc, device, patience, clock, clock.pause());
  }
};

TEST_F(BootChangeTest, AsksUntilTheBmcHasIt) {
  bmc.deaf = 2;
  change(BootDevice::pxe);
  EXPECT_EQ(bmc.boot, BootDevice::pxe);
}

TEST_F(BootChangeTest, SaysWhatTheBmcHasInstead) {
  bmc.deaf = 1000;
  bmc.boot = BootDevice::disk;
  try {
    change(BootDevice::pxe);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.message(), "next boot from pxe accepted, the BMC has disk");
  }
  EXPECT_LE(gone(), seconds(61));
}

TEST_F(BootChangeTest, StopsWhereItIsRefused) {
  bmc.takes_password = false;
  EXPECT_THROW(change(BootDevice::pxe), Error);
  EXPECT_EQ(gone(), seconds(0));
}

TEST(RequireSerial, RefusesAnotherMachine) {
  FakeClock clock;
  FakeBmc bmc(clock);
  EXPECT_EQ(require_serial(bmc, "SN-1", seconds(10)), std::nullopt);
  EXPECT_EQ(require_serial(bmc, "", seconds(10)), std::nullopt);
  try {
    require_serial(bmc, "SN-2", seconds(10));
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.render(),
              "error: the BMC is that of serial number 'SN-1', the inventory says 'SN-2': nothing "
              "was done\nhint: is bmc.address another machine's? see: provisioner bmc check");
  }
}

TEST(RequireSerial, TakesABmcThatDoesNotSayAndTellsSo) {
  FakeClock clock;
  FakeBmc bmc(clock);
  bmc.serial = "";
  const std::string unchecked =
      "its BMC tells no serial number, the inventory says 'SN-2': whether it is this machine's was "
      "not checked";
  EXPECT_EQ(require_serial(bmc, "", seconds(10)), std::nullopt);
  EXPECT_EQ(require_serial(bmc, "SN-2", seconds(10)), unchecked);
  bmc.silent = 1;
  EXPECT_THAT(require_serial(bmc, "SN-2", seconds(10)),
              testing::Optional(testing::StartsWith(unchecked + ": ")));
}

}  // namespace
}  // namespace provisioner::metal
