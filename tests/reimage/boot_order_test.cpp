// The boot script of an order.

#include "provisioner/machine/reimage/boot_order.h"

#include <gmock/gmock.h>

#include "tests/reimage/desk.h"

namespace provisioner::reimage {
namespace {

using testing::HasSubstr;

TEST(BootScript, SaysWhatElseIsToBeLookedAt) {
  BootOrder look = order(Errand::look);
  const auto script = [&look] {
    return boot_script(order_of(to_value(look)), "http://10.78.0.1:8087", std::string(32, 'c'));
  };
  EXPECT_THAT(script(), HasSubstr(" provisioner.links=all "));
  look.listens = true;
  EXPECT_THAT(script(), HasSubstr(" provisioner.look=lldp "));
}

TEST(BootScript, HoldsNothingButWordsOfAFixedForm) {
  const std::string script =
      boot_script(order(Errand::write), "http://10.78.0.1:8087", std::string(32, 'c'));

  EXPECT_THAT(script, HasSubstr("provisioner.token=" + std::string(32, 'c')));
  EXPECT_THAT(script, HasSubstr(" console=ttyS0\n"));
  EXPECT_THAT(script, testing::Not(HasSubstr("provisioner.look")));
  for (const char* evil : {"a\nshell", "${net0/mac}", "a;b", "a && b"}) {
    BootOrder wrong = order(Errand::write);
    wrong.arguments = evil;
    EXPECT_THROW(boot_script(wrong, "http://10.78.0.1:8087", std::string(32, 'c')), std::exception);
  }
}

}  // namespace
}  // namespace provisioner::reimage
