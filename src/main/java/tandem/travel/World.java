package tandem.travel;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import java.util.TreeMap;

/// What code can see of its JVM and a parent can change while it runs, so that a worker finds it as
/// its parent has it: system properties, locale, time zone, and whether assertions are checked. (What
/// is decided at the start of a JVM, such as the size of a stack, stands in the worker's command line.)
///
/// @param properties without those that describe a JVM
/// @param locales for text, and for numbers and dates
/// @param assertions whether assertions are checked in classes that do not travel
record World(
        Map<String, String> properties, String[] locales, String timeZone, boolean assertions) {
    private static final String[] OF_THE_JVM = {
        "java.", "jdk.", "sun.", "os.", "user.", "file.", "path.", "line.", "native.", "stdin.",
        "stdout.", "stderr.", "awt.", "tandem."
    };

    /// As it is here and now.
    static World here() {
        Map<String, String> properties = new TreeMap<>();
        for (String name : System.getProperties().stringPropertyNames()) {
            String value = System.getProperty(name);
            if (value != null && !isOfJvm(name)) {
                properties.put(name, value);
            }
        }
        return new World(
                properties,
                new String[] {
                    Locale.getDefault().toLanguageTag(),
                    Locale.getDefault(Locale.Category.DISPLAY).toLanguageTag(),
                    Locale.getDefault(Locale.Category.FORMAT).toLanguageTag()
                },
                TimeZone.getDefault().getID(),
                World.class.desiredAssertionStatus());
    }

    private static boolean isOfJvm(String name) {
        for (String prefix : OF_THE_JVM) {
            if (name.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    /// Makes this JVM alike, in what differs.
    void enter() {
        for (Map.Entry<String, String> property : properties.entrySet()) {
            System.setProperty(property.getKey(), property.getValue());
        }
        if (!locales[0].equals(Locale.getDefault().toLanguageTag())) {
            Locale.setDefault(Locale.forLanguageTag(locales[0]));
        }
        enter(Locale.Category.DISPLAY, locales[1]);
        enter(Locale.Category.FORMAT, locales[2]);
        if (!timeZone.equals(TimeZone.getDefault().getID())) {
            TimeZone.setDefault(TimeZone.getTimeZone(timeZone));
        }
        if (assertions != World.class.desiredAssertionStatus()) {
            ClassLoader.getSystemClassLoader().setDefaultAssertionStatus(assertions);
        }
    }

    private static void enter(Locale.Category category, String tag) {
        if (!tag.equals(Locale.getDefault(category).toLanguageTag())) {
            Locale.setDefault(category, Locale.forLanguageTag(tag));
        }
    }

    void write(DataOutputStream out) throws IOException {
        out.writeInt(properties.size());
        for (Map.Entry<String, String> property : properties.entrySet()) {
            Texts.write(out, property.getKey());
            Texts.write(out, property.getValue());
        }
        for (String locale : locales) {
            out.writeUTF(locale);
        }
        out.writeUTF(timeZone);
        out.writeBoolean(assertions);
    }

    static World read(DataInputStream in) throws IOException {
        Map<String, String> properties = new TreeMap<>();
        for (int left = TravelLimits.readCount(in); left > 0; left--) {
            properties.put(Texts.read(in), Texts.read(in));
        }
        return new World(
                properties,
                new String[] {in.readUTF(), in.readUTF(), in.readUTF()},
                in.readUTF(),
                in.readBoolean());
    }
}
