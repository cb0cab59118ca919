package tandem.shapes;

import com.sun.tools.javac.launcher.SourceLauncher;

import tandem.Tandem;

import java.lang.reflect.InvocationTargetException;

/// Runs source files one after another as `java FILE.java` does, by the JDK's own source launcher, in
/// one JVM: its compiler is warm from the second one on.
public final class Launches {
    private Launches() {}

    public static void main(String[] files) {
        Tandem.prestart(1);
        for (String file : files) {
            System.out.println(Runner.NEXT + file);
            try {
                String[] options = {"-cp", System.getProperty("java.class.path")};
                new SourceLauncher(System.out).run(options, new String[] {file});
            } catch (InvocationTargetException e) {
                System.out.println(Runner.FAILED + e.getCause());
                e.getCause().printStackTrace(System.out);
            } catch (Exception e) {
                System.out.println(Runner.UNCOMPILED + e.getMessage());
            }
        }
        System.exit(0);
    }
}
