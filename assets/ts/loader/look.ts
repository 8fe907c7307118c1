import { colourOf, inkOn } from "../widget/colour";
import type { Look } from "../widget/bridge";

/**
 * The style of launcher and panel. It is a constructed sheet inside a shadow tree: a page's Content-Security-Policy forbids style
 * elements and attributes, not this; a page's own rules do not reach in, and :host resists them by !important.
 */
export function styleOf(look: Look): string {
  const colour = colourOf(look.color);
  const side = look.side === "left" ? "left" : "right";
  return `
:host{all:initial!important;position:fixed!important;z-index:2147483000!important;bottom:calc(20px + env(safe-area-inset-bottom) + var(--lift,0px))!important;
${side}:calc(20px + env(safe-area-inset-${side}))!important;width:56px!important;height:56px!important;display:block!important;color-scheme:light dark!important;
font:14px/1.4 -apple-system,"Segoe UI",Roboto,Ubuntu,Arial,sans-serif!important;transition:bottom .2s!important}
:host([hidden]){display:none!important}
@media print{:host{display:none!important}}
button{font:inherit;cursor:pointer;border:0}
button:focus-visible{outline:3px solid ${colour};outline-offset:3px;box-shadow:0 0 0 3px #fff}
.bell{width:56px;height:56px;padding:0;border-radius:50%;background:${colour};color:${inkOn(colour)};display:grid;place-items:center;
box-shadow:0 1px 3px #0003,0 8px 24px #0003;transition:transform .12s}
.bell:hover{transform:scale(1.06)}
.bell:active{transform:scale(.96)}
svg{width:26px;height:26px;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
.badge{position:absolute;top:-4px;inset-inline-end:-4px;min-width:20px;height:20px;padding:0 5px;box-sizing:border-box;border-radius:10px;background:#b3261e;color:#fff;
font-size:12px;font-weight:600;line-height:20px;text-align:center;pointer-events:none;box-shadow:0 0 0 2px #fff}
.badge[hidden]{display:none}
.panel{position:fixed;${side}:calc(20px + env(safe-area-inset-${side}));bottom:calc(88px + env(safe-area-inset-bottom));width:380px;max-width:calc(100vw - 40px);height:min(640px,100dvh - 108px);
border-radius:14px;overflow:hidden;background:light-dark(#faf8f5,#1a1917);color:light-dark(#211e1a,#ede9e2);box-shadow:0 0 0 1px light-dark(#0000000f,#ffffff1a),0 2px 6px #0000001f,0 16px 48px #00000038;
opacity:0;visibility:hidden;transform:translateY(10px);transition:opacity .16s,transform .16s,visibility 0s .16s}
.open .panel{opacity:1;visibility:visible;transform:none;transition-delay:0s}
::slotted(iframe){all:initial!important;position:absolute!important;inset:0!important;width:100%!important;height:100%!important;border:0!important;display:block!important;visibility:hidden!important;color-scheme:light dark!important}
.open.ready ::slotted(iframe){visibility:visible!important}
.wait{position:absolute;inset:0;display:grid;place-content:center;justify-items:center;gap:16px;padding:32px;text-align:center}
.ready .wait,.wait p:empty,.wait p:empty~button{display:none}
.wait p{margin:0}
.wait button{padding:10px 16px;border-radius:8px;background:${colour};color:${inkOn(colour)}}
@media (max-width:480px),(max-height:480px){
.panel{inset:0;width:auto;max-width:none;height:var(--sheet,100dvh);border-radius:0;box-shadow:none}
.open .bell,.open .badge{visibility:hidden}}
@media (prefers-reduced-motion:reduce){*,:host{transition:none!important}}`;
}

/** The screens on which the panel is a sheet over everything; the same words as in the style above. */
export const SHEET = "(max-width:480px),(max-height:480px)";
