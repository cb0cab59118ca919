package tandem.prompt;

import jdk.jshell.execution.JdiDefaultExecutionControl.JdiStarter.TargetDescription;
import jdk.jshell.execution.JdiExecutionControlProvider;
import jdk.jshell.execution.JdiInitiator;
import jdk.jshell.spi.ExecutionEnv;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Where JShell runs what is typed, with `--execution tandem`: in another JVM, as the JDK's own `jdi`
/// does, all of whose code this is but for what the other JVM starts with, [Agent].
public final class Execution extends JdiExecutionControlProvider {
    /// JShell finds this class by the services that the jar names.
    public Execution() {
        super(Execution::start);
    }

    @Override
    public String name() {
        return "tandem";
    }

    private static TargetDescription start(
            ExecutionEnv shell, Map<String, String> parameters, int port) {
        List<String> options = new ArrayList<>(shell.extraRemoteVMOptions());
        options.add("--add-exports=" + Agent.CONSOLES);
        JdiInitiator jvm =
                new JdiInitiator(
                        port,
                        options,
                        Agent.class.getName(),
                        false,
                        "127.0.0.1",
                        Integer.parseInt(parameters.get(PARAM_TIMEOUT)),
                        Map.of());
        return new TargetDescription(jvm.vm(), jvm.process());
    }
}
