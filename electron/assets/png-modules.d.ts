/** A picture as a data URL inside the bundle, so that no path has to be right at run time. */
declare module '*.png?inline' {
  const dataUrl: string;
  export default dataUrl;
}
