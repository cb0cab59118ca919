package tandem.lesson;

import java.util.stream.Stream;

/// What a lesson is written in, and what is said around it.
enum Language {
    ENGLISH,
    CHINESE;

    /// The user's own, as the environment says: Java knows it only where that locale is installed.
    static Language ofUser() {
        return Stream.of("LC_ALL", "LC_MESSAGES", "LANG")
                .map(variable -> System.getenv().getOrDefault(variable, ""))
                .filter(locale -> !locale.isEmpty())
                .findFirst()
                .filter(locale -> locale.startsWith("zh"))
                .map(_ -> CHINESE)
                .orElse(ENGLISH);
    }

    String of(String english, String chinese) {
        return this == ENGLISH ? english : chinese;
    }
}
