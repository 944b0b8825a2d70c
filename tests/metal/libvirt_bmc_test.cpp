// libvirt's own driver for tests: a domain in memory.

#include "provisioner/machine/metal/libvirt_bmc.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "provisioner/base/base/error.h"
#include "provisioner/machine/metal/boot_change.h"
#include "provisioner/machine/metal/open_bmc.h"

namespace provisioner::metal {
namespace {

using base::Error;
using base::Kind;

constexpr std::chrono::seconds libvirt_deadline{20};

std::unique_ptr<Bmc> open(const std::string& domain = "test",
                          const std::string& uri = "test:///default") {
  return open_bmc({.address = "libvirt://" + domain + "?uri=" + uri, .state_directory = "/"});
}

TEST(LibvirtBmc, SwitchesAndTells) {
  const auto bmc = open();
  EXPECT_EQ(bmc->power(libvirt_deadline), Power::on);
  PowerChange change(*bmc, {.whole = libvirt_deadline, .rest = std::chrono::milliseconds(0)});
  EXPECT_EQ(change.bring(PowerWish::off).power, Power::off);
  EXPECT_EQ(change.bring(PowerWish::off).power, Power::off);
  EXPECT_EQ(change.bring(PowerWish::cycle).power, Power::on);
  EXPECT_EQ(change.bring(PowerWish::soft).power, Power::off);
  EXPECT_EQ(change.bring(PowerWish::on).power, Power::on);
}

TEST(LibvirtBmc, ReadsTheNextBootBack) {
  const auto bmc = open();
  change_next_boot(*bmc, BootDevice::pxe, {.whole = libvirt_deadline});
  EXPECT_EQ(bmc->next_boot(libvirt_deadline), BootDevice::pxe);
  change_next_boot(*bmc, BootDevice::disk, {.whole = libvirt_deadline});
  EXPECT_EQ(bmc->next_boot(libvirt_deadline), BootDevice::disk);
  EXPECT_THROW(bmc->ask_next_boot(BootDevice::bios, libvirt_deadline), Error);
}

TEST(LibvirtBmc, SaysWhatIsNotThere) {
  const auto failure_of = [](Bmc& bmc) {
    try {
      bmc.power(libvirt_deadline);
    } catch (const Error& error) {
      return error.kind();
    }
    return Kind::bug;
  };
  EXPECT_EQ(failure_of(*open("absent")), Kind::failed);
  EXPECT_EQ(failure_of(*open("test", "test:///no/such/file")), Kind::unreachable);
}

TEST(LibvirtBmc, HasNoSensorsAndNoLogWhereItIsNotReached) {
  EXPECT_TRUE(open()->sensors(libvirt_deadline).empty());
  const auto gone = open("test", "test:///no/such/file");
  EXPECT_THROW(gone->sensors(libvirt_deadline), Error);
  EXPECT_THROW(gone->event_log(libvirt_deadline), Error);
}

TEST(LibvirtBmc, TellsWhatMachineItIs) {
  EXPECT_EQ(open()->identity(libvirt_deadline).manufacturer, "libvirt");
  EXPECT_THAT(open()->console().argv,
              testing::ElementsAre("virsh", "-c", "test:///default", "console", "test"));
}

TEST(LibvirtBmc, FeedsItsConsoleFromATerminalOfItsOwn) {
  const auto feed = open("a'b")->console_feed();
  ASSERT_TRUE(feed);
  EXPECT_THAT(feed->argv, testing::Contains("exec virsh -c test:///default console 'a'\"'\"'b'"));
}

}  // namespace
}  // namespace provisioner::metal
