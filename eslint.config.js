import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import tseslint from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/** Rooms of main/, lowest first: a room may import from its own row and from rows below it. */
const floors = [
  ['storage'],
  ['docker', 'kubernetes', 'registry', 'logs'],
  ['kind', 'kpack', 'team', 'bundle'],
  ['setup', 'checks'],
  ['backend'],
  ['desktop', 'server', 'cli'],
];

/** For every floor: no import from a floor above, and `electron` only in desktop/. */
const floorRules = floors.flatMap((rooms, level) => {
  const above = floors.slice(level + 1).flat();
  const patterns =
    above.length === 0
      ? []
      : [
          {
            group: above.map((room) => `**/${room}/**`),
            message: 'This room lies above; see CONTRIBUTING.md, "Who may import whom".',
          },
        ];
  return rooms.map((room) => ({
    files: [`main/${room}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: room === 'desktop' ? [] : [{ name: 'electron', message: 'Only main/desktop may import electron.' }],
          patterns: [...patterns, { group: ['**/renderer/**'], message: 'main never imports the page.' }],
        },
      ],
    },
  }));
});

export default tseslint.config(
  {
    ignores: [
      'dist/**',
      'out/**',
      'node_modules/**',
      'test-results/**',
      '.svelte-check/**',
      'test/lab/go/**',
      'test/fixtures/**',
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      globals: { ...globals.node },
      parserOptions: {
        projectService: { allowDefaultProject: ['*.js', 'scripts/*.mjs'] },
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { prefer: 'type-imports', fixStyle: 'inline-type-imports' },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'max-lines': ['error', { max: 300, skipBlankLines: false, skipComments: false }],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { globals: { ...globals.browser }, parserOptions: { parser: tseslint.parser, svelteConfig } },
  },
  {
    files: ['renderer/**/*.{ts,svelte}'],
    languageOptions: { globals: { ...globals.browser } },
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['**/main/**', 'node:*', 'electron'],
              message: 'The page talks to the backend through preload/contract only.',
            },
          ],
        },
      ],
    },
  },
  // Maps and sets of the page are values: a change makes a new one, kept in `$state.raw`.
  { files: ['renderer/**/*'], rules: { 'svelte/prefer-svelte-reactivity': 'off' } },
  {
    files: ['preload/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['**/main/**', '**/renderer/**'], message: 'The contract knows neither side.' }] },
      ],
    },
  },
  ...floorRules,
  { files: ['scripts/**', 'test/**', 'main/cli/**'], rules: { 'no-console': 'off' } },
  { files: ['**/*.js', '**/*.mjs'], ...tseslint.configs.disableTypeChecked },
);
