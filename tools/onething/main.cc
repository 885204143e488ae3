#include "libs/rpc/process_setup.h"
#include "tools/onething/command_line.h"

int main(int argc, char** argv) {
  onething::rpc::SetUpProcess();
  return onething::tool::RunCommandLine({argv + 1, argv + argc});
}
