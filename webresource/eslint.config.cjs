// @ts-check
// ESLint for every script of the repository that is written by hand. What a name means is checked by tsc.

const js = require("@eslint/js");

module.exports = [
  js.configs.recommended,
  {
    languageOptions: { ecmaVersion: "latest", sourceType: "module" },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "no-undef": "off", // tsc knows better
      "no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-var": "error",
      "prefer-const": "error",
      eqeqeq: "error",
      curly: ["error", "multi-line"],
      "no-restricted-properties": [
        "error",
        ...["innerHTML", "outerHTML", "insertAdjacentHTML"].map((property) => ({
          property,
          message: "Foreign text is inserted as text.",
        })),
      ],
    },
  },
  {
    // What browsers below the floor of versions read: docs/internals/floor.md.
    files: ["**/tools/floor/*.js", "**/customer/{tandem,calls,fetched,named,noted,notice,token}.js",
      "**/shared/{largest,own}.js", "**/viewer/loader.js"],
    rules: {
      "no-var": "off",
      "no-unused-vars": ["error", { argsIgnorePattern: "^_", caughtErrorsIgnorePattern: "^_" }],
    },
  },
];
